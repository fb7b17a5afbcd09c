//! A look at the raw bytes before the compiler sees them: linear in their length, and it allocates nothing that they
//! ask for.
//!
//! It finds what makes a compile cost more than its bytes suggest, and what the sandbox refuses anyway, so that most
//! bad uploads are told in words and need no process. Whether a component is valid is the compiler's to say.

use wasmparser::{CanonicalFunction, CanonicalOption, Parser, Payload};

use crate::error::RuntimeError;
use crate::limits::{Limits, setting};

/// Checks the bytes of a component against the limits.
pub(crate) fn inspect(wasm: &[u8], limits: &Limits) -> Result<(), RuntimeError> {
    within("bytes", wasm.len() as u64, limits.component_bytes as u64, setting::component_bytes)?;
    if Parser::is_core_wasm(wasm) {
        return Err(RuntimeError::CoreModule);
    }
    if !Parser::is_component(wasm) {
        let start = wasm.get(..8).unwrap_or(wasm);
        let start = if start.is_empty() { "nothing: it is empty".into() } else { format!("the bytes {start:02x?}") };
        return Err(RuntimeError::NotWasm(start));
    }
    let mut counts = Counts { limits, depth: 0, functions: 0, modules: 0, segments: 0, types: 0, items: 0 };
    for payload in Parser::new(0).parse_all(wasm) {
        counts.see(payload?)?;
    }
    Ok(())
}

impl From<wasmparser::BinaryReaderError> for RuntimeError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Malformed { offset: error.offset(), message: error.message().to_owned() }
    }
}

fn within(what: &'static str, found: u64, limit: u64, setting: &'static str) -> Result<(), RuntimeError> {
    if found > limit { Err(RuntimeError::TooLarge { what, found, limit, setting }) } else { Ok(()) }
}

struct Counts<'a> {
    limits: &'a Limits,
    depth: usize,
    functions: u64,
    modules: u64,
    segments: u64,
    types: u64,
    items: u64,
}

impl Counts<'_> {
    fn see(&mut self, payload: Payload<'_>) -> Result<(), RuntimeError> {
        use Payload as P;
        match payload {
            P::ComponentSection { .. } | P::ModuleSection { .. } => self.nested(),
            P::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(())
            }
            P::CodeSectionStart { count, .. } => self.functions(count),
            P::CodeSectionEntry(body) => self.body(&body),
            P::DataSection(section) => self.segments(section.count()),
            P::ElementSection(section) => self.segments(section.count()),
            P::TypeSection(section) => self.types(section.count()),
            P::CoreTypeSection(section) => self.types(section.count()),
            P::ComponentTypeSection(section) => self.types(section.count()),
            P::ImportSection(section) => self.items(section.count()),
            P::ExportSection(section) => self.items(section.count()),
            P::GlobalSection(section) => self.items(section.count()),
            P::InstanceSection(section) => self.items(section.count()),
            P::ComponentInstanceSection(section) => self.items(section.count()),
            P::ComponentAliasSection(section) => self.items(section.count()),
            P::ComponentImportSection(section) => self.items(section.count()),
            P::ComponentExportSection(section) => self.items(section.count()),
            P::ComponentCanonicalSection(section) => {
                self.items(section.count())?;
                section.into_iter().try_for_each(|function| canonical(&function?))
            }
            _ => Ok(()),
        }
    }

    fn nested(&mut self) -> Result<(), RuntimeError> {
        self.depth += 1;
        self.modules += 1;
        within(
            "components within each other",
            self.depth as u64,
            self.limits.component_depth as u64,
            setting::component_depth,
        )?;
        within("modules and components", self.modules, self.limits.component_modules.into(), setting::component_modules)
    }

    fn functions(&mut self, count: u32) -> Result<(), RuntimeError> {
        self.functions += u64::from(count);
        within("functions", self.functions, self.limits.component_functions.into(), setting::component_functions)
    }

    fn body(&mut self, body: &wasmparser::FunctionBody<'_>) -> Result<(), RuntimeError> {
        let range = body.range();
        let bytes = range.end.saturating_sub(range.start) as u64;
        within("bytes in one function", bytes, self.limits.function_bytes as u64, setting::function_bytes)?;
        let mut locals = 0;
        for group in body.get_locals_reader()? {
            locals += u64::from(group?.0);
            within("locals in one function", locals, self.limits.function_locals.into(), setting::function_locals)?;
        }
        Ok(())
    }

    fn segments(&mut self, count: u32) -> Result<(), RuntimeError> {
        self.segments += u64::from(count);
        within("data and element segments", self.segments, self.limits.data_segments.into(), setting::data_segments)
    }

    fn types(&mut self, count: u32) -> Result<(), RuntimeError> {
        self.types += u64::from(count);
        within("types", self.types, self.limits.component_types.into(), setting::component_types)
    }

    fn items(&mut self, count: u32) -> Result<(), RuntimeError> {
        self.items += u64::from(count);
        within(
            "imports, exports and the like",
            self.items,
            self.limits.component_items.into(),
            setting::component_items,
        )
    }
}

/// UTF-8 only: the other encodings exist for languages that no toolchain of ours serves, and transcoding between them
/// has been the engine's weakest spot.
fn canonical(function: &CanonicalFunction) -> Result<(), RuntimeError> {
    let (CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. }) = function else {
        return Ok(());
    };
    for option in options {
        match option {
            CanonicalOption::UTF16 => return Err(RuntimeError::Unsupported("UTF-16 strings at its border")),
            CanonicalOption::CompactUTF16 => return Err(RuntimeError::Unsupported("Latin-1 strings at its border")),
            CanonicalOption::Async | CanonicalOption::Callback(_) => {
                return Err(RuntimeError::Unsupported("asynchronous functions of the component model"));
            }
            _ => {}
        }
    }
    Ok(())
}
