//! The head: ears, eyes, brows, nose, mouth, beard, glasses.

use tiny_skia::PathBuilder;

use super::canvas::{Canvas, Ink, MIDDLE, push_oval};
use super::look::{Beard, Look};

/// The eyes' height.
pub(super) const EYES: f32 = 492.0;
/// Where the head begins beneath the hair.
const CROWN: f32 = 262.0;
const NOSE: f32 = 566.0;
const MOUTH: f32 = 614.0;

pub(super) fn draw(canvas: &mut Canvas, look: &Look) {
    ears(canvas, look);
    canvas.fill_lit(look.skin, |path| head(path, look));
    for side in [-1.0, 1.0] {
        canvas.oval(Ink::rgb(0xE5614F).faint(26), (MIDDLE + side * 92.0, 572.0), (42.0, 30.0));
    }
    beard(canvas, look);
    eyes(canvas, look);
    brows(canvas, look);
    nose(canvas, look);
    mouth(canvas, look);
    if look.lined {
        lines(canvas, look);
    }
}

fn head(path: &mut PathBuilder, look: &Look) {
    let (w, chin) = (look.width, look.chin);
    // A woman's jaw is drawn finer.
    let jaw = if look.female { 0.56 } else { 0.7 };
    path.move_to(MIDDLE, CROWN);
    path.cubic_to(MIDDLE + w * 0.72, CROWN, MIDDLE + w, 350.0, MIDDLE + w, 460.0);
    path.cubic_to(MIDDLE + w, 570.0, MIDDLE + w * jaw, chin, MIDDLE, chin);
    path.cubic_to(MIDDLE - w * jaw, chin, MIDDLE - w, 570.0, MIDDLE - w, 460.0);
    path.cubic_to(MIDDLE - w, 350.0, MIDDLE - w * 0.72, CROWN, MIDDLE, CROWN);
    path.close();
}

fn ears(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        let x = MIDDLE + side * (look.width + 2.0);
        canvas.oval(look.skin.shaded(if side < 0.0 { 0.97 } else { 0.86 }), (x, 504.0), (24.0, 42.0));
        canvas.stroke(look.skin.shaded(0.74), 4.0, |path| {
            path.move_to(x + side * 6.0, 482.0);
            path.quad_to(x + side * 16.0, 506.0, x + side * 2.0, 526.0);
        });
    }
}

fn eyes(canvas: &mut Canvas, look: &Look) {
    let line = Ink::rgb(0x3A2A26);
    for side in [-1.0, 1.0] {
        let x = MIDDLE + side * look.eyes;
        let almond = |path: &mut PathBuilder| {
            path.move_to(x - 33.0, EYES + 3.0);
            path.cubic_to(x - 20.0, EYES - 24.0, x + 20.0, EYES - 24.0, x + 33.0, EYES + 3.0);
            path.cubic_to(x + 18.0, EYES + 20.0, x - 18.0, EYES + 20.0, x - 33.0, EYES + 3.0);
            path.close();
        };
        canvas.fill(Ink::rgb(0xFBF8F4), almond);
        canvas.oval(look.iris, (x, EYES - 1.0), (15.5, 16.5));
        canvas.oval(look.iris.shaded(0.7).faint(120), (x, EYES - 7.0), (14.0, 9.0));
        canvas.oval(Ink::rgb(0x1B1716), (x, EYES - 1.0), (7.5, 8.0));
        canvas.oval(Ink::rgb(0xFFFFFF), (x - 5.0, EYES - 7.0), (4.0, 4.0));
        canvas.stroke(line, if look.female { 6.5 } else { 4.5 }, |path| {
            path.move_to(x - 34.0, EYES + 3.0);
            path.cubic_to(x - 20.0, EYES - 25.0, x + 20.0, EYES - 25.0, x + 34.0, EYES + 3.0);
            if look.female {
                path.move_to(x + side * 32.0, EYES + 1.0);
                path.line_to(x + side * 42.0, EYES - 9.0);
            }
        });
        canvas.stroke(look.skin.shaded(0.72), 2.5, |path| {
            path.move_to(x - 26.0, EYES + 10.0);
            path.cubic_to(x - 14.0, EYES + 21.0, x + 14.0, EYES + 21.0, x + 26.0, EYES + 10.0);
            path.move_to(x - 30.0, EYES - 18.0);
            path.quad_to(x, EYES - 36.0, x + 30.0, EYES - 18.0);
        });
    }
}

fn brows(canvas: &mut Canvas, look: &Look) {
    let ink = look.hair.shaded(0.82);
    let (thick, y) = if look.female { (9.0, EYES - 48.0) } else { (13.0, EYES - 46.0) };
    for side in [-1.0, 1.0] {
        let x = MIDDLE + side * look.eyes;
        canvas.stroke(ink, thick, |path| {
            path.move_to(x - side * 34.0, y + 6.0 - look.brow);
            path.quad_to(x + side * 6.0, y - 16.0, x + side * 40.0, y + 4.0 + look.brow);
        });
    }
}

fn nose(canvas: &mut Canvas, look: &Look) {
    canvas.stroke(look.skin.shaded(0.78), 5.0, |path| {
        path.move_to(MIDDLE + 10.0, EYES + 22.0);
        path.quad_to(MIDDLE + 26.0, NOSE - 10.0, MIDDLE + 20.0, NOSE);
        path.quad_to(MIDDLE + 4.0, NOSE + 12.0, MIDDLE - 18.0, NOSE);
    });
}

fn mouth(canvas: &mut Canvas, look: &Look) {
    let half = 44.0 + 16.0 * look.smile;
    let lift = 6.0 + 12.0 * look.smile;
    let y = MOUTH;
    if look.smile > 0.6 {
        canvas.fill(look.lips, |path| {
            path.move_to(MIDDLE - half, y - lift);
            path.quad_to(MIDDLE, y + 2.0, MIDDLE + half, y - lift);
            path.cubic_to(
                MIDDLE + half * 0.6,
                y + 38.0,
                MIDDLE - half * 0.6,
                y + 38.0,
                MIDDLE - half,
                y - lift,
            );
            path.close();
        });
        canvas.fill(Ink::rgb(0xFDFBF7), |path| {
            path.move_to(MIDDLE - half + 12.0, y - lift + 6.0);
            path.quad_to(MIDDLE, y + 5.0, MIDDLE + half - 12.0, y - lift + 6.0);
            path.cubic_to(
                MIDDLE + 24.0,
                y + 20.0,
                MIDDLE - 24.0,
                y + 20.0,
                MIDDLE - half + 12.0,
                y - lift + 6.0,
            );
            path.close();
        });
        return;
    }
    canvas.fill(look.lips, |path| {
        path.move_to(MIDDLE - half, y - lift * 0.5);
        path.cubic_to(MIDDLE - 24.0, y - 8.0, MIDDLE - 10.0, y - 10.0, MIDDLE, y - 4.0);
        path.cubic_to(MIDDLE + 10.0, y - 10.0, MIDDLE + 24.0, y - 8.0, MIDDLE + half, y - lift * 0.5);
        path.cubic_to(MIDDLE + 26.0, y + 24.0, MIDDLE - 26.0, y + 24.0, MIDDLE - half, y - lift * 0.5);
        path.close();
    });
    canvas.stroke(look.lips.shaded(0.62), 4.0, |path| {
        path.move_to(MIDDLE - half, y - lift * 0.5);
        path.quad_to(MIDDLE, y + 10.0, MIDDLE + half, y - lift * 0.5);
    });
}

fn beard(canvas: &mut Canvas, look: &Look) {
    let ink = match look.beard {
        Beard::None => return,
        Beard::Stubble => look.hair.faint(54),
        Beard::Full | Beard::Moustache => look.hair.shaded(0.95),
    };
    // Stubble is on the skin, a full beard hangs beneath the chin.
    let hanging = if look.beard == Beard::Stubble { -2.0 } else { 14.0 };
    let (w, chin) = (look.width, look.chin + hanging);
    let side = if look.beard == Beard::Stubble { 568.0 } else { 600.0 };
    if look.beard != Beard::Moustache {
        canvas.fill(ink, |path| {
            path.move_to(MIDDLE - w + 2.0, 500.0);
            path.cubic_to(MIDDLE - w + 4.0, side, MIDDLE - w * 0.68, chin, MIDDLE, chin);
            path.cubic_to(MIDDLE + w * 0.68, chin, MIDDLE + w - 4.0, side, MIDDLE + w - 2.0, 500.0);
            path.cubic_to(MIDDLE + w - 26.0, 570.0, MIDDLE + 104.0, 582.0, MIDDLE + 64.0, 584.0);
            path.quad_to(MIDDLE, 572.0, MIDDLE - 64.0, 584.0);
            path.cubic_to(MIDDLE - 104.0, 582.0, MIDDLE - w + 26.0, 570.0, MIDDLE - w + 2.0, 500.0);
            path.close();
        });
    } else {
        canvas.fill(ink, |path| {
            path.move_to(MIDDLE, 584.0);
            path.cubic_to(MIDDLE + 36.0, 576.0, MIDDLE + 62.0, 592.0, MIDDLE + 74.0, 614.0);
            path.quad_to(MIDDLE + 36.0, 606.0, MIDDLE, 606.0);
            path.quad_to(MIDDLE - 36.0, 606.0, MIDDLE - 74.0, 614.0);
            path.cubic_to(MIDDLE - 62.0, 592.0, MIDDLE - 36.0, 576.0, MIDDLE, 584.0);
            path.close();
        });
    }
}

fn lines(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        canvas.stroke(look.skin.shaded(0.8), 3.5, |path| {
            path.move_to(MIDDLE + side * 44.0, NOSE - 4.0);
            path.quad_to(MIDDLE + side * 76.0, 588.0, MIDDLE + side * 78.0, 618.0);
            path.move_to(MIDDLE + side * (look.eyes + 42.0), EYES);
            path.line_to(MIDDLE + side * (look.eyes + 56.0), EYES - 8.0);
            path.move_to(MIDDLE + side * (look.eyes + 42.0), EYES + 8.0);
            path.line_to(MIDDLE + side * (look.eyes + 57.0), EYES + 12.0);
        });
    }
}

/// Drawn over the hair. The lenses are clear: no sunglasses on a card.
pub(super) fn glasses(canvas: &mut Canvas, look: &Look) {
    let Some(frame) = look.glasses else { return };
    for side in [-1.0, 1.0] {
        let (x, y) = (MIDDLE + side * look.eyes, EYES + 4.0);
        let lens = |path: &mut PathBuilder| {
            if look.round_glasses {
                push_oval(path, (x, y), (50.0, 48.0));
                return;
            }
            path.move_to(x - 50.0, y - 34.0);
            path.quad_to(x, y - 42.0, x + 50.0, y - 34.0);
            path.cubic_to(x + 54.0, y + 30.0, x + 34.0, y + 42.0, x, y + 42.0);
            path.cubic_to(x - 34.0, y + 42.0, x - 54.0, y + 30.0, x - 50.0, y - 34.0);
            path.close();
        };
        canvas.fill(Ink::rgb(0xFFFFFF).faint(26), lens);
        canvas.stroke(frame, 7.0, lens);
        canvas.stroke(frame, 7.0, |path| {
            path.move_to(x + side * 50.0, y - 10.0);
            path.line_to(MIDDLE + side * (look.width + 6.0), y - 16.0);
        });
    }
    canvas.stroke(frame, 7.0, |path| {
        path.move_to(MIDDLE - look.eyes + 49.0, EYES);
        path.quad_to(MIDDLE, EYES - 12.0, MIDDLE + look.eyes - 49.0, EYES);
    });
}
