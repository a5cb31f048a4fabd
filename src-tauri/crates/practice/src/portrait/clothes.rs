//! Neck, shoulders and what they wear.

use super::canvas::{Canvas, Ink, MIDDLE};
use super::look::{Clothes, Look};

/// How far the shoulders come up to the head.
const RAISED: f32 = 38.0;

pub(super) fn draw(canvas: &mut Canvas, look: &Look) {
    // Women are drawn with narrower shoulders and neck.
    let (shoulder, neck) = if look.female { (318.0, 62.0) } else { (362.0, 76.0) };
    canvas.move_by(-RAISED);
    if look.clothes == Clothes::Hoodie {
        hood(canvas, look);
    }
    neck_and_throat(canvas, look, neck);
    let cloth = look.cloth;
    canvas.fill_lit(cloth, |path| {
        path.move_to(MIDDLE - shoulder - 30.0, 1080.0);
        path.cubic_to(
            MIDDLE - shoulder - 12.0,
            930.0,
            MIDDLE - shoulder * 0.74,
            862.0,
            MIDDLE - neck - 34.0,
            800.0,
        );
        path.cubic_to(MIDDLE - neck, 868.0, MIDDLE + neck, 868.0, MIDDLE + neck + 34.0, 800.0);
        path.cubic_to(
            MIDDLE + shoulder * 0.74,
            862.0,
            MIDDLE + shoulder + 12.0,
            930.0,
            MIDDLE + shoulder + 30.0,
            1080.0,
        );
        path.close();
    });
    match look.clothes {
        Clothes::TShirt => neckline(canvas, cloth, neck),
        Clothes::Shirt => {
            collar(canvas, cloth.shaded(1.12), neck);
            buttons(canvas, cloth.shaded(0.8));
        }
        Clothes::Jacket => jacket(canvas, cloth, neck),
        Clothes::Hoodie => {
            neckline(canvas, cloth.shaded(0.86), neck + 8.0);
            for side in [-1.0, 1.0] {
                canvas.stroke(Ink::rgb(0xF2EFE8), 7.0, |path| {
                    path.move_to(MIDDLE + side * 46.0, 866.0);
                    path.quad_to(MIDDLE + side * 56.0, 930.0, MIDDLE + side * 44.0, 985.0);
                });
            }
        }
        Clothes::RollNeck => roll_neck(canvas, cloth, neck),
    }
    canvas.move_by(0.0);
}

fn neck_and_throat(canvas: &mut Canvas, look: &Look, neck: f32) {
    canvas.fill_lit(look.skin.shaded(0.95), |path| {
        path.move_to(MIDDLE - neck, 560.0);
        path.line_to(MIDDLE + neck, 560.0);
        path.cubic_to(MIDDLE + neck, 720.0, MIDDLE + neck + 6.0, 780.0, MIDDLE + neck + 52.0, 812.0);
        path.cubic_to(MIDDLE + 60.0, 900.0, MIDDLE - 60.0, 900.0, MIDDLE - neck - 52.0, 812.0);
        path.cubic_to(MIDDLE - neck - 6.0, 780.0, MIDDLE - neck, 720.0, MIDDLE - neck, 560.0);
        path.close();
    });
    // The head's shadow on the throat; the chin isn't raised.
    let chin = look.chin + RAISED;
    canvas.fill(look.skin.shaded(0.72).faint(150), |path| {
        path.move_to(MIDDLE - neck, 600.0);
        path.line_to(MIDDLE + neck, 600.0);
        path.line_to(MIDDLE + neck + 2.0, chin + 24.0);
        path.cubic_to(
            MIDDLE + 40.0,
            chin + 66.0,
            MIDDLE - 30.0,
            chin + 54.0,
            MIDDLE - neck - 1.0,
            chin + 10.0,
        );
        path.close();
    });
}

fn neckline(canvas: &mut Canvas, cloth: Ink, neck: f32) {
    canvas.stroke(cloth.shaded(0.82), 13.0, |path| {
        path.move_to(MIDDLE - neck - 30.0, 806.0);
        path.cubic_to(MIDDLE - neck, 876.0, MIDDLE + neck, 876.0, MIDDLE + neck + 30.0, 806.0);
    });
}

fn collar(canvas: &mut Canvas, cloth: Ink, neck: f32) {
    for side in [-1.0, 1.0] {
        canvas.fill(cloth.shaded(if side < 0.0 { 1.05 } else { 0.97 }), |path| {
            path.move_to(MIDDLE + side * (neck + 12.0), 770.0);
            path.line_to(MIDDLE + side * (neck + 46.0), 812.0);
            path.line_to(MIDDLE + side * (neck + 8.0), 918.0);
            path.line_to(MIDDLE + side * 2.0, 866.0);
            path.quad_to(MIDDLE + side * (neck - 6.0), 836.0, MIDDLE + side * (neck + 12.0), 770.0);
            path.close();
        });
        canvas.stroke(cloth.shaded(0.78), 3.0, |path| {
            path.move_to(MIDDLE + side * (neck + 46.0), 812.0);
            path.line_to(MIDDLE + side * (neck + 8.0), 918.0);
            path.line_to(MIDDLE + side * 2.0, 866.0);
        });
    }
}

fn buttons(canvas: &mut Canvas, ink: Ink) {
    canvas.stroke(ink, 3.0, |path| {
        path.move_to(MIDDLE, 868.0);
        path.line_to(MIDDLE, 1080.0);
    });
    for y in [930.0, 1020.0] {
        canvas.oval(ink, (MIDDLE, y), (8.0, 8.0));
    }
}

fn jacket(canvas: &mut Canvas, cloth: Ink, neck: f32) {
    let shirt = Ink::rgb(0xF4F4F1);
    canvas.fill(shirt, |path| {
        path.move_to(MIDDLE - neck - 18.0, 806.0);
        path.line_to(MIDDLE + neck + 18.0, 806.0);
        path.line_to(MIDDLE + 22.0, 1080.0);
        path.line_to(MIDDLE - 22.0, 1080.0);
        path.close();
    });
    collar(canvas, shirt, neck);
    for side in [-1.0, 1.0] {
        canvas.fill(cloth.shaded(if side < 0.0 { 1.14 } else { 0.9 }), |path| {
            path.move_to(MIDDLE + side * (neck + 36.0), 800.0);
            path.line_to(MIDDLE + side * (neck + 104.0), 872.0);
            path.line_to(MIDDLE + side * (neck + 70.0), 936.0);
            path.line_to(MIDDLE + side * (neck + 92.0), 962.0);
            path.line_to(MIDDLE + side * 16.0, 1080.0);
            path.close();
        });
    }
}

fn roll_neck(canvas: &mut Canvas, cloth: Ink, neck: f32) {
    canvas.fill_lit(cloth.shaded(1.08), |path| {
        path.move_to(MIDDLE - neck - 6.0, 726.0);
        path.quad_to(MIDDLE, 770.0, MIDDLE + neck + 6.0, 726.0);
        path.cubic_to(MIDDLE + neck + 8.0, 790.0, MIDDLE + neck + 22.0, 820.0, MIDDLE + neck + 40.0, 830.0);
        path.quad_to(MIDDLE, 900.0, MIDDLE - neck - 40.0, 830.0);
        path.cubic_to(MIDDLE - neck - 22.0, 820.0, MIDDLE - neck - 8.0, 790.0, MIDDLE - neck - 6.0, 726.0);
        path.close();
    });
    canvas.stroke(cloth.shaded(0.8), 4.0, |path| {
        path.move_to(MIDDLE - neck - 40.0, 830.0);
        path.quad_to(MIDDLE, 900.0, MIDDLE + neck + 40.0, 830.0);
    });
}

fn hood(canvas: &mut Canvas, look: &Look) {
    canvas.fill(look.cloth.shaded(0.74), |path| {
        path.move_to(MIDDLE - 190.0, 880.0);
        path.cubic_to(MIDDLE - 210.0, 720.0, MIDDLE - 110.0, 690.0, MIDDLE, 690.0);
        path.cubic_to(MIDDLE + 110.0, 690.0, MIDDLE + 210.0, 720.0, MIDDLE + 190.0, 880.0);
        path.close();
    });
}
