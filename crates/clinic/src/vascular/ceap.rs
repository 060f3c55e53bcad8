//! CEAP 2020 (Lurie and others, J Vasc Surg Venous Lymphat Disord 2020;8:342-352): clinical class, cause, place, and what is
//! wrong with the flow.

use serde::{Deserialize, Serialize};

/// Declares an enumeration whose members have a code.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($member:ident = $code:literal, $words:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the words say it")]
        pub enum $name {
            $(#[serde(rename = $code)] $member),*
        }

        impl $name {
            /// All, in order.
            pub const ALL: &[Self] = &[$(Self::$member),*];

            /// Its code.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$member => $code),*
                }
            }

            /// In words.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$member => $words),*
                }
            }

            /// From its code, in any case.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.code().eq_ignore_ascii_case(code))
            }
        }
    };
}

coded! {
    /// Clinical class: the highest that is seen. `r` stands for recurrent and exists for C2 and C6 only.
    Class {
        C0 = "c0", "no sign to see or feel";
        C1 = "c1", "thread or net veins";
        C2 = "c2", "varicose veins";
        C2r = "c2r", "varicose veins that came back";
        C3 = "c3", "swelling";
        C4a = "c4a", "brown skin or eczema";
        C4b = "c4b", "hard skin or white scars";
        C4c = "c4c", "a fan of small veins at the ankle";
        C5 = "c5", "a healed ulcer";
        C6 = "c6", "an open ulcer";
        C6r = "c6r", "an open ulcer that came back";
    }
}

coded! {
    /// Cause.
    Etiology {
        Primary = "Ep", "primary";
        Secondary = "Es", "secondary";
        Intravenous = "Esi", "secondary, inside the vein";
        Extravenous = "Ese", "secondary, outside the vein";
        Congenital = "Ec", "from birth";
        NoneFound = "En", "none found";
    }
}

coded! {
    /// Place, by the abbreviations of 2020.
    Anatomy {
        Telangiectasia = "Tel", "thread veins";
        Reticular = "Ret", "net veins";
        GreatAbove = "GSVa", "great saphenous above the knee";
        GreatBelow = "GSVb", "great saphenous below the knee";
        Small = "SSV", "small saphenous";
        AnteriorAccessory = "AASV", "anterior accessory saphenous";
        NonSaphenous = "NSV", "another surface vein";
        Cava = "IVC", "inferior vena cava";
        CommonIliac = "CIV", "common iliac";
        InternalIliac = "IIV", "internal iliac";
        ExternalIliac = "EIV", "external iliac";
        Pelvic = "PELV", "pelvic veins";
        CommonFemoral = "CFV", "common femoral";
        DeepFemoral = "DFV", "deep femoral";
        Femoral = "FV", "femoral";
        Popliteal = "POPV", "popliteal";
        Crural = "TIBV", "tibial veins";
        Muscular = "MUSV", "muscle veins of the calf";
        ThighPerforator = "TPV", "thigh perforator";
        CalfPerforator = "CPV", "calf perforator";
        NoneFound = "An", "no place found";
    }
}

coded! {
    /// What is wrong with the flow.
    Pathophysiology {
        Reflux = "Pr", "backflow";
        Obstruction = "Po", "blockage";
        Both = "Pr,o", "backflow and blockage";
        NoneFound = "Pn", "nothing found";
    }
}

/// A class of one leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceap {
    /// Clinical class.
    pub class: Class,
    /// With symptoms (S) or without (A); none when nobody said.
    pub symptoms: Option<bool>,
    /// Cause.
    pub etiology: Option<Etiology>,
    /// Places.
    #[serde(default)]
    pub anatomy: Vec<Anatomy>,
    /// Flow.
    pub pathophysiology: Option<Pathophysiology>,
}

impl Ceap {
    /// As it is written: `C4b,S Ep GSVa,CPV Pr`. What nobody said is left out.
    pub fn written(&self) -> String {
        let class = self.class.code();
        let mut out = format!("C{}", class.strip_prefix('c').unwrap_or(class));
        match self.symptoms {
            Some(true) => out.push_str(",S"),
            Some(false) => out.push_str(",A"),
            None => {}
        }
        if let Some(etiology) = self.etiology {
            out.push_str(&format!(" {}", etiology.code()));
        }
        if !self.anatomy.is_empty() {
            let places: Vec<&str> = self.anatomy.iter().map(|place| place.code()).collect();
            out.push_str(&format!(" {}", places.join(",")));
        }
        if let Some(flow) = self.pathophysiology {
            out.push_str(&format!(" {}", flow.code()));
        }
        out
    }

    /// What contradicts itself, as sentences.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let no_place = self.anatomy.contains(&Anatomy::NoneFound);
        if no_place && self.anatomy.len() > 1 {
            faults.push("“An” says that no place was found. Take it out, or the other places.".to_owned());
        }
        let mut places = self.anatomy.clone();
        places.sort_unstable();
        places.dedup();
        if places.len() != self.anatomy.len() {
            faults.push("A place stands twice. Keep it once.".to_owned());
        }
        if self.pathophysiology == Some(Pathophysiology::NoneFound) && !self.anatomy.is_empty() && !no_place {
            faults.push("“Pn” says that nothing is wrong with the flow. Take the places out, or change it.".to_owned());
        }
        let flow = matches!(self.pathophysiology, Some(flow) if flow != Pathophysiology::NoneFound);
        if flow && no_place {
            faults.push("Backflow or blockage needs a place. Name the vein, or choose “Pn”.".to_owned());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(class: Class) -> Ceap {
        Ceap { class, symptoms: None, etiology: None, anatomy: Vec::new(), pathophysiology: None }
    }

    #[test]
    fn it_is_written_as_in_the_paper() {
        let full = Ceap {
            class: Class::C4b,
            symptoms: Some(true),
            etiology: Some(Etiology::Primary),
            anatomy: vec![Anatomy::GreatAbove, Anatomy::CalfPerforator],
            pathophysiology: Some(Pathophysiology::Reflux),
        };
        assert_eq!(full.written(), "C4b,S Ep GSVa,CPV Pr");
        assert_eq!(plain(Class::C2r).written(), "C2r");
        assert!(full.faults().is_empty());
    }

    #[test]
    fn recurrence_exists_for_varicose_veins_and_open_ulcers_only() {
        let with_r: Vec<&str> =
            Class::ALL.iter().map(|class| class.code()).filter(|code| code.ends_with('r')).collect();
        assert_eq!(with_r, ["c2r", "c6r"]);
        assert_eq!(Class::of_code("C2R"), Some(Class::C2r));
        assert_eq!(Class::of_code("c3r"), None);
    }

    #[test]
    fn contradictions_are_named() {
        let two = Ceap { anatomy: vec![Anatomy::NoneFound, Anatomy::Small], ..plain(Class::C2) };
        assert_eq!(two.faults().len(), 1);
        let nothing = Ceap { pathophysiology: Some(Pathophysiology::NoneFound), ..two.clone() };
        assert_eq!(nothing.faults().len(), 1);
        let place = Ceap { anatomy: vec![Anatomy::Small], ..nothing };
        assert_eq!(place.faults().len(), 1);
        let twice = Ceap { anatomy: vec![Anatomy::Small, Anatomy::Small], ..plain(Class::C2) };
        assert_eq!(twice.faults().len(), 1);
        let nowhere = Ceap {
            anatomy: vec![Anatomy::NoneFound],
            pathophysiology: Some(Pathophysiology::Obstruction),
            ..plain(Class::C3)
        };
        assert_eq!(nowhere.faults().len(), 1);
    }
}
