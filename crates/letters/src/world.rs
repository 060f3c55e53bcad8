//! What the typesetter may see: the template, one letter, the fonts inside the program. No file, no network, no clock.

use std::sync::{Arc, LazyLock};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_kit::fonts::FontStore;

use crate::LetterError;

static FONTS: LazyLock<FontStore> = LazyLock::new(|| {
    let mut fonts = FontStore::new();
    fonts.extend(typst_kit::fonts::embedded());
    fonts
});

const TEMPLATE: &str = include_str!("../templates/letter.typ");

/// One letter in one size.
pub struct Sheet {
    library: LazyHash<Library>,
    template: Arc<Source>,
    letter: (FileId, Bytes),
}

impl Sheet {
    /// A sheet for this letter, in JSON.
    pub fn new(letter: Vec<u8>) -> Result<Self, LetterError> {
        let template = Source::new(id("/letter.typ")?, TEMPLATE.to_owned());
        Ok(Self {
            library: LazyHash::new(Library::default()),
            template: Arc::new(template),
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
        FONTS.book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(Source::clone(&self.template)) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.letter.0 { Ok(self.letter.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
