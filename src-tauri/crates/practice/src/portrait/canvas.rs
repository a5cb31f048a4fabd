//! A few words to draw with: fill and stroke a shape, an oval, mirrored pairs.

use image::{DynamicImage, RgbImage, RgbaImage};
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LinearGradient, Paint, PathBuilder, Pixmap, Point, Rect, Shader,
    SpreadMode, Stroke, Transform,
};

/// A colour: red, green, blue, opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink(pub(super) u8, pub(super) u8, pub(super) u8, pub(super) u8);

impl Ink {
    pub(super) const fn rgb(hex: u32) -> Self {
        Self((hex >> 16) as u8, (hex >> 8) as u8, hex as u8, 255)
    }

    /// Darker (below 1) or lighter (above 1).
    pub(super) fn shaded(self, by: f32) -> Self {
        let shade = |part: u8| (f32::from(part) * by).clamp(0.0, 255.0) as u8;
        Self(shade(self.0), shade(self.1), shade(self.2), self.3)
    }

    pub(super) fn mixed(self, with: Self, share: f32) -> Self {
        let mix = |a: u8, b: u8| (f32::from(a) * (1.0 - share) + f32::from(b) * share) as u8;
        Self(mix(self.0, with.0), mix(self.1, with.1), mix(self.2, with.2), self.3)
    }

    pub(super) fn faint(self, opacity: u8) -> Self {
        Self(self.0, self.1, self.2, opacity)
    }

    fn color(self) -> Color {
        Color::from_rgba8(self.0, self.1, self.2, self.3)
    }
}

/// The picture being drawn. Its middle is the sitter's middle.
pub(super) struct Canvas {
    pixmap: Pixmap,
    /// From the units that faces are drawn in to pixels.
    placed: Transform,
}

/// The x of the middle.
pub(super) const MIDDLE: f32 = 450.0;

impl Canvas {
    /// A wall, lighter above and behind the head.
    pub(super) fn new((width, height): (u32, u32), wall: Ink) -> Option<Self> {
        let mut canvas = Self { pixmap: Pixmap::new(width, height)?, placed: Transform::identity() };
        let (w, h) = (width as f32, height as f32);
        let whole = PathBuilder::from_rect(Rect::from_xywh(0.0, 0.0, w, h)?);
        canvas.fill_with(&whole, gradient((0.0, 0.0), (w * 0.3, h), wall.shaded(1.07), wall.shaded(0.9)));
        canvas.move_by(0.0);
        Some(canvas)
    }

    /// Draws what follows so many units lower than it says. The sitter is enlarged about the mouth, so that the
    /// head fills the part of the picture that an identity photo asks for.
    pub(super) fn move_by(&mut self, dy: f32) {
        const ENLARGED: f32 = 1.24;
        let about = Point::from_xy(MIDDLE, 624.0);
        self.placed = Transform::from_translate(-about.x, dy - about.y)
            .post_scale(ENLARGED, ENLARGED)
            .post_translate(about.x, about.y);
    }

    pub(super) fn fill(&mut self, ink: Ink, shape: impl FnOnce(&mut PathBuilder)) {
        self.fill_shader(Shader::SolidColor(ink.color()), shape);
    }

    /// Fills from one ink at the left to another at the right of the sitter: the light comes from the left.
    pub(super) fn fill_lit(&mut self, ink: Ink, shape: impl FnOnce(&mut PathBuilder)) {
        let shader =
            gradient((MIDDLE - 190.0, 300.0), (MIDDLE + 210.0, 560.0), ink.shaded(1.04), ink.shaded(0.88));
        self.fill_shader(shader, shape);
    }

    pub(super) fn stroke(&mut self, ink: Ink, width: f32, shape: impl FnOnce(&mut PathBuilder)) {
        let mut path = PathBuilder::new();
        shape(&mut path);
        let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
        if let Some(path) = path.finish() {
            let paint = paint(Shader::SolidColor(ink.color()));
            self.pixmap.stroke_path(&path, &paint, &stroke, self.placed, None);
        }
    }

    pub(super) fn oval(&mut self, ink: Ink, (x, y): (f32, f32), (rx, ry): (f32, f32)) {
        self.fill(ink, |path| push_oval(path, (x, y), (rx, ry)));
    }

    /// The picture without opacity; every pixel is opaque by its wall. None only where there's no memory for it.
    pub(super) fn picture(self) -> Option<RgbImage> {
        let (width, height) = (self.pixmap.width(), self.pixmap.height());
        Some(DynamicImage::ImageRgba8(RgbaImage::from_raw(width, height, self.pixmap.take())?).into_rgb8())
    }

    fn fill_shader(&mut self, shader: Shader<'static>, shape: impl FnOnce(&mut PathBuilder)) {
        let mut path = PathBuilder::new();
        shape(&mut path);
        if let Some(path) = path.finish() {
            self.fill_with(&path, shader);
        }
    }

    fn fill_with(&mut self, path: &tiny_skia::Path, shader: Shader<'static>) {
        self.pixmap.fill_path(path, &paint(shader), FillRule::Winding, self.placed, None);
    }
}

pub(super) fn push_oval(path: &mut PathBuilder, (x, y): (f32, f32), (rx, ry): (f32, f32)) {
    if let Some(rect) = Rect::from_xywh(x - rx, y - ry, 2.0 * rx, 2.0 * ry) {
        path.push_oval(rect);
    }
}

fn paint(shader: Shader<'static>) -> Paint<'static> {
    Paint { shader, anti_alias: true, ..Paint::default() }
}

fn gradient(from: (f32, f32), to: (f32, f32), first: Ink, last: Ink) -> Shader<'static> {
    let stops = vec![GradientStop::new(0.0, first.color()), GradientStop::new(1.0, last.color())];
    LinearGradient::new(
        Point::from_xy(from.0, from.1),
        Point::from_xy(to.0, to.1),
        stops,
        SpreadMode::Pad,
        Transform::identity(),
    )
    .unwrap_or(Shader::SolidColor(first.color()))
}
