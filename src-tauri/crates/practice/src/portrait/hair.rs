//! Hair: what hangs behind the shoulders, and what frames the face.

use tiny_skia::PathBuilder;

use super::canvas::{Canvas, MIDDLE, push_oval};
use super::look::{Cut, Look};

/// Behind head, neck and shoulders.
pub(super) fn behind(canvas: &mut Canvas, look: &Look) {
    let (w, dark) = (look.width, look.hair.shaded(0.8));
    match look.cut {
        Cut::Long => canvas.fill(dark, |path| mane(path, w + 52.0, 930.0)),
        Cut::Fringe => canvas.fill(dark, |path| mane(path, w + 46.0, 850.0)),
        Cut::Bob => canvas.fill(dark, |path| mane(path, w + 44.0, 700.0)),
        Cut::Bun => canvas.oval(look.hair.shaded(0.9), (MIDDLE, 214.0), (84.0, 78.0)),
        Cut::Ponytail => canvas.fill(dark, |path| {
            path.move_to(MIDDLE + 60.0, 270.0);
            path.cubic_to(MIDDLE + w + 130.0, 300.0, MIDDLE + w + 120.0, 640.0, MIDDLE + w + 70.0, 860.0);
            path.cubic_to(MIDDLE + w + 10.0, 820.0, MIDDLE + w - 10.0, 640.0, MIDDLE + w - 30.0, 420.0);
            path.close();
        }),
        Cut::Curly if look.female => curls(canvas, look, 0.82, 1.0),
        Cut::Curly | Cut::Short | Cut::SideParting | Cut::Bald => {}
    }
}

/// Over head and ears.
pub(super) fn before(canvas: &mut Canvas, look: &Look) {
    let (w, hair) = (look.width, look.hair);
    match look.cut {
        Cut::Bald => {
            for side in [-1.0, 1.0] {
                canvas.fill_lit(hair, |path| {
                    path.move_to(MIDDLE + side * (w - 16.0), 380.0);
                    path.cubic_to(
                        MIDDLE + side * (w + 20.0),
                        400.0,
                        MIDDLE + side * (w + 16.0),
                        450.0,
                        MIDDLE + side * (w + 4.0),
                        486.0,
                    );
                    path.quad_to(MIDDLE + side * (w - 10.0), 450.0, MIDDLE + side * (w - 16.0), 380.0);
                    path.close();
                });
            }
        }
        Cut::Short => canvas.fill_lit(hair, |path| cap(path, w + 8.0, 232.0, 470.0, -20.0, 352.0)),
        Cut::SideParting => canvas.fill_lit(hair, |path| cap(path, w + 10.0, 214.0, 478.0, -96.0, 338.0)),
        Cut::Curly => {
            canvas.fill_lit(hair, |path| cap(path, w + 10.0, 226.0, 450.0, 0.0, 352.0));
            curls(canvas, look, 1.0, 0.0);
        }
        Cut::Bun | Cut::Ponytail => {
            canvas.fill_lit(hair, |path| cap(path, w + 10.0, 226.0, 470.0, 8.0, 326.0));
            strands(canvas, look);
        }
        Cut::Long => {
            canvas.fill_lit(hair, |path| curtains(path, w, 0.0, 640.0));
            strands(canvas, look);
        }
        Cut::Bob => {
            canvas.fill_lit(hair, |path| curtains(path, w, -60.0, 590.0));
            strands(canvas, look);
        }
        Cut::Fringe => canvas.fill_lit(hair, |path| fringe(path, w)),
    }
}

/// A round back of hair that reaches down to `end`.
fn mane(path: &mut PathBuilder, half: f32, end: f32) {
    path.move_to(MIDDLE, 214.0);
    path.cubic_to(MIDDLE + half * 0.9, 214.0, MIDDLE + half, 350.0, MIDDLE + half, 480.0);
    path.cubic_to(MIDDLE + half, 640.0, MIDDLE + half + 26.0, 780.0_f32.min(end), MIDDLE + half - 10.0, end);
    path.quad_to(MIDDLE, end + 40.0, MIDDLE - half + 10.0, end);
    path.cubic_to(MIDDLE - half - 26.0, 780.0_f32.min(end), MIDDLE - half, 640.0, MIDDLE - half, 480.0);
    path.cubic_to(MIDDLE - half, 350.0, MIDDLE - half * 0.9, 214.0, MIDDLE, 214.0);
    path.close();
}

/// Hair of the head's top from temple to temple, parted at `part` (from the middle), its edge at `edge`.
fn cap(path: &mut PathBuilder, half: f32, top: f32, temple: f32, part: f32, edge: f32) {
    let inner = half - 34.0;
    path.move_to(MIDDLE - half, temple);
    path.cubic_to(MIDDLE - half - 18.0, 330.0, MIDDLE - half * 0.6, top, MIDDLE, top);
    path.cubic_to(MIDDLE + half * 0.6, top, MIDDLE + half + 18.0, 330.0, MIDDLE + half, temple);
    path.cubic_to(MIDDLE + half - 6.0, 430.0, MIDDLE + inner, 410.0, MIDDLE + inner - 8.0, 380.0);
    path.cubic_to(MIDDLE + inner * 0.7, edge, MIDDLE + part + 70.0, edge + 6.0, MIDDLE + part, edge - 26.0);
    path.cubic_to(
        MIDDLE + part - 40.0,
        edge + 10.0,
        MIDDLE - inner * 0.85,
        edge + 6.0,
        MIDDLE - inner + 8.0,
        384.0,
    );
    path.cubic_to(MIDDLE - inner, 410.0, MIDDLE - half + 6.0, 430.0, MIDDLE - half, temple);
    path.close();
}

/// Two sides of long hair that fall from a parting beside the face to `end`.
fn curtains(path: &mut PathBuilder, w: f32, part: f32, end: f32) {
    let half = w + 40.0;
    path.move_to(MIDDLE + part, 300.0);
    path.cubic_to(MIDDLE + part - 60.0, 330.0, MIDDLE - w + 26.0, 372.0, MIDDLE - w + 14.0, 470.0);
    path.cubic_to(MIDDLE - w + 4.0, 530.0, MIDDLE - w - 4.0, 580.0, MIDDLE - w + 10.0, end);
    path.cubic_to(MIDDLE - half + 6.0, end + 20.0, MIDDLE - half - 6.0, end - 60.0, MIDDLE - half, 480.0);
    path.cubic_to(MIDDLE - half, 320.0, MIDDLE - half * 0.74, 212.0, MIDDLE, 212.0);
    path.cubic_to(MIDDLE + half * 0.74, 212.0, MIDDLE + half, 320.0, MIDDLE + half, 480.0);
    path.cubic_to(MIDDLE + half + 6.0, end - 60.0, MIDDLE + half - 6.0, end + 20.0, MIDDLE + w - 10.0, end);
    path.cubic_to(MIDDLE + w + 4.0, 580.0, MIDDLE + w - 4.0, 530.0, MIDDLE + w - 14.0, 470.0);
    path.cubic_to(MIDDLE + w - 26.0, 372.0, MIDDLE + part + 80.0, 340.0, MIDDLE + part, 300.0);
    path.close();
}

fn fringe(path: &mut PathBuilder, w: f32) {
    let half = w + 36.0;
    path.move_to(MIDDLE - w + 10.0, 600.0);
    path.cubic_to(MIDDLE - half, 620.0, MIDDLE - half - 4.0, 520.0, MIDDLE - half, 470.0);
    path.cubic_to(MIDDLE - half, 310.0, MIDDLE - half * 0.74, 214.0, MIDDLE, 214.0);
    path.cubic_to(MIDDLE + half * 0.74, 214.0, MIDDLE + half, 310.0, MIDDLE + half, 470.0);
    path.cubic_to(MIDDLE + half + 4.0, 520.0, MIDDLE + half, 620.0, MIDDLE + w - 10.0, 600.0);
    path.cubic_to(MIDDLE + w, 540.0, MIDDLE + w - 8.0, 470.0, MIDDLE + w - 26.0, 414.0);
    path.quad_to(MIDDLE, 440.0, MIDDLE - w + 26.0, 414.0);
    path.cubic_to(MIDDLE - w + 8.0, 470.0, MIDDLE - w, 540.0, MIDDLE - w + 10.0, 600.0);
    path.close();
}

/// Curls round the head; `down` 1 lets them reach the shoulders.
fn curls(canvas: &mut Canvas, look: &Look, shade: f32, down: f32) {
    let ring: &[(f32, f32, f32)] = if down > 0.0 {
        &[
            (1.1, 470.0, 66.0),
            (1.18, 560.0, 66.0),
            (1.14, 650.0, 64.0),
            (1.0, 720.0, 60.0),
            (0.95, 380.0, 80.0),
        ]
    } else {
        &[
            (0.0, 244.0, 62.0),
            (0.34, 252.0, 60.0),
            (0.64, 282.0, 58.0),
            (0.88, 332.0, 54.0),
            (1.0, 394.0, 44.0),
        ]
    };
    let ink = look.hair.shaded(shade);
    for (out, y, r) in ring.iter().copied() {
        for side in [-1.0, 1.0] {
            canvas.fill_lit(ink, |path| push_oval(path, (MIDDLE + side * out * look.width, y), (r, r)));
        }
    }
}

/// A few lighter lines.
fn strands(canvas: &mut Canvas, look: &Look) {
    let ink = look.hair.shaded(1.25).faint(110);
    for (at, bend) in [(-0.55, -0.92), (-0.2, -0.62), (0.3, 0.66), (0.6, 0.94)] {
        canvas.stroke(ink, 5.0, |path| {
            path.move_to(MIDDLE + at * look.width * 0.5, 240.0);
            path.quad_to(MIDDLE + at * look.width, 266.0, MIDDLE + bend * look.width, 336.0);
        });
    }
}
