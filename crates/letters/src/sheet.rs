//! What the typesetter may see: the template, one letter, two fonts inside the program. No file, no network, no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use crate::LetterError;

const TEMPLATE: &str = include_str!("../templates/letter.typ");
const FILES: [&[u8]; 2] =
    [include_bytes!("../fonts/LibertinusSerif-Regular.otf"), include_bytes!("../fonts/LibertinusSerif-Bold.otf")];

static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| FILES.iter().filter_map(|file| Font::new(Bytes::new(*file), 0)).collect());
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// True when each font has this sign.
pub fn has(sign: char) -> bool {
    FONTS.iter().all(|font| font.info().coverage.contains(u32::from(sign)))
}

/// One letter in one size.
pub struct Sheet {
    library: LazyHash<Library>,
    template: Source,
    letter: (FileId, Bytes),
}

impl Sheet {
    /// A sheet for this letter, in JSON.
    pub fn new(letter: Vec<u8>) -> Result<Self, LetterError> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            template: Source::new(id("/letter.typ")?, TEMPLATE.to_owned()),
            letter: (id("/letter.json")?, Bytes::new(letter)),
        })
    }

    /// The same in text of this size.
    pub fn at(&self, points: f64) -> Self {
        let mut inputs = Dict::new();
        inputs.insert("size".into(), Value::Float(points));
        Self {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            template: self.template.clone(),
            letter: self.letter.clone(),
        }
    }
}

fn id(path: &str) -> Result<FileId, LetterError> {
    let path = VirtualPath::new(path).map_err(|error| LetterError::Typesetting(format!("{error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.letter.0 { Ok(self.letter.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
