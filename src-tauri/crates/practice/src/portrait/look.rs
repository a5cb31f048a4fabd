//! What somebody looks like, chosen by their seed.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::Sitter;
use super::canvas::Ink;

/// How the hair is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Short,
    SideParting,
    Curly,
    Bald,
    Long,
    Bob,
    Bun,
    Ponytail,
    Fringe,
}

/// What is worn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clothes {
    Shirt,
    TShirt,
    Jacket,
    Hoodie,
    RollNeck,
}

/// On chin and lip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beard {
    None,
    Stubble,
    Full,
    Moustache,
}

/// All choices of a portrait.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) background: Ink,
    pub(super) skin: Ink,
    pub(super) hair: Ink,
    pub(super) iris: Ink,
    pub(super) cloth: Ink,
    pub(super) cut: Cut,
    pub(super) clothes: Clothes,
    pub(super) beard: Beard,
    pub(super) glasses: Option<Ink>,
    pub(super) round_glasses: bool,
    pub(super) female: bool,
    pub(super) lined: bool,
    /// Half of the head's width.
    pub(super) width: f32,
    /// The chin's y.
    pub(super) chin: f32,
    /// 0 a faint smile, 1 a broad one.
    pub(super) smile: f32,
    /// Half of the distance between the eyes.
    pub(super) eyes: f32,
    pub(super) brow: f32,
    pub(super) lips: Ink,
}

impl Look {
    pub(super) fn of(sitter: Sitter) -> Self {
        const WALLS: [u32; 7] = [0xD9E4EC, 0xE6DFD3, 0xDCE6DA, 0xE7DDE3, 0xD5DEE8, 0xE9E4DA, 0xD8E5E4];
        const SKINS: [u32; 7] = [0xF6D3BC, 0xF2C7A8, 0xEDBB98, 0xE3AC85, 0xF8DCC8, 0xD09A70, 0xF0C4A9];
        const HAIRS: [u32; 8] =
            [0x2B211D, 0x4A3427, 0x6B4A32, 0x8C6239, 0xB98A4E, 0xD8B36F, 0x9A4F2C, 0x3A2E2B];
        const IRISES: [u32; 5] = [0x5B7FA3, 0x6B4A2E, 0x6E8B5A, 0x7D8C94, 0x4B3626];
        const CLOTHS: [u32; 9] =
            [0x2F4B6E, 0x7A3B46, 0x3F6B5C, 0x55566B, 0xB5774A, 0x8A94A6, 0x27323F, 0x6C5A86, 0xA6504A];
        const FRAMES: [u32; 4] = [0x23262B, 0x5A3A26, 0x6B7078, 0x3A3F66];
        let mut random = StdRng::seed_from_u64(sitter.seed);
        let mut pick = |from: &[u32]| Ink::rgb(from.choose(&mut random).copied().unwrap_or_default());
        let (background, skin, hair, iris) = (pick(&WALLS), pick(&SKINS), pick(&HAIRS), pick(&IRISES));
        let (cloth, frame) = (pick(&CLOTHS), pick(&FRAMES));
        let old = sitter.age >= 48;
        let grey = old && random.random_bool(0.7);
        let cuts: &[Cut] = match (sitter.female, old) {
            (true, false) => {
                &[Cut::Long, Cut::Bob, Cut::Bun, Cut::Ponytail, Cut::Fringe, Cut::Long, Cut::Curly]
            }
            (true, true) => &[Cut::Bob, Cut::Bun, Cut::Curly, Cut::Fringe],
            (false, false) => &[Cut::Short, Cut::SideParting, Cut::Curly, Cut::Short, Cut::SideParting],
            (false, true) => &[Cut::Short, Cut::SideParting, Cut::Bald],
        };
        let clothes: &[Clothes] = match sitter.age {
            0..30 => &[Clothes::TShirt, Clothes::Hoodie, Clothes::Shirt, Clothes::RollNeck, Clothes::TShirt],
            _ => &[Clothes::Shirt, Clothes::Jacket, Clothes::RollNeck, Clothes::Jacket],
        };
        let beards: &[Beard] = if sitter.female {
            &[Beard::None]
        } else {
            &[Beard::None, Beard::None, Beard::Stubble, Beard::Full, Beard::Moustache]
        };
        let choose = |random: &mut StdRng, of: usize| random.random_range(0..of.max(1));
        let lip_tone = if sitter.female { Ink::rgb(0xB9474F) } else { Ink::rgb(0xA85A4E) };
        Self {
            background,
            skin,
            hair: if grey { hair.mixed(Ink::rgb(0xB9B9BC), 0.75) } else { hair },
            iris,
            cloth,
            cut: cuts[choose(&mut random, cuts.len())],
            clothes: clothes[choose(&mut random, clothes.len())],
            beard: beards[choose(&mut random, beards.len())],
            glasses: random.random_bool(if old { 0.5 } else { 0.25 }).then_some(frame),
            round_glasses: random.random(),
            female: sitter.female,
            lined: old,
            width: random.random_range(148.0..166.0) - if sitter.female { 6.0 } else { 0.0 },
            chin: random.random_range(668.0..694.0) - if sitter.female { 8.0 } else { 0.0 },
            smile: random.random_range(0.15..1.0),
            eyes: random.random_range(63.0..71.0),
            brow: random.random_range(-4.0..5.0),
            lips: skin.mixed(lip_tone, if sitter.female { 0.7 } else { 0.45 }),
        }
    }
}
