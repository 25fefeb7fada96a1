//! Which local name stands for which part of the library.

use crate::convert::slice;
use model::SmolStr;
use rustc_hash::FxHashMap;
use syntax::query::{Capture, PerDialect, Query};
use syntax::typescript::{Dialect, Node, range};
use text::TextRange;

/// The module of the library's own root: `aws-cdk-lib` and, in version 1, `@aws-cdk/core`.
pub(crate) const CORE: &str = "core";

/// The imports of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imports {
    names: FxHashMap<SmolStr, SmolStr>,
    /// Everything that was imported, in the order of the text.
    pub(crate) all: Vec<Import>,
}

/// One imported name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) local: SmolStr,
    /// What it stands for: `aws-s3`, `aws-s3.Bucket`, `core`.
    pub(crate) path: SmolStr,
    /// The specifier or the whole name, in bytes of the file.
    pub(crate) name: TextRange,
    /// The module's name between the quotes, in bytes of the file.
    pub(crate) module: TextRange,
}

impl Imports {
    /// Reads the imports of the file whose tree is below `root`.
    pub(crate) fn of(dialect: Dialect, root: Node<'_>, text: &str) -> Imports {
        let queries = QUERIES.get(dialect);
        let mut imports = Imports::default();
        // Imports stand at the top level, and so do the requires that replace them.
        let mut cursor = root.walk();
        let statements: Vec<Node<'_>> = root.named_children(&mut cursor).collect();
        for statement in statements {
            let kind = statement.kind();
            let may_require = kind.ends_with("_declaration") && slice(text, range(statement)).contains("require");
            if kind == "import_statement" || may_require || kind == "ERROR" {
                queries.query.matches(statement, text, &mut |it| {
                    let Some(module) = it.get(queries.module) else { return };
                    let Some(name) = canonical_module(slice(text, range(module))) else { return };
                    let of = |node: Node<'_>| SmolStr::new(slice(text, range(node)));
                    let import = if let Some(all) = it.get(queries.all) {
                        Import { local: of(all), path: name, name: range(all), module: range(module) }
                    } else if let Some(part) = it.get(queries.name) {
                        let local = it.get(queries.alias).map_or_else(|| of(part), of);
                        let path = member(&name, &of(part));
                        let end = it.get(queries.alias).map_or(range(part), range).end();
                        Import { local, path, name: TextRange::new(range(part).start(), end), module: range(module) }
                    } else {
                        return;
                    };
                    imports.names.insert(import.local.clone(), import.path.clone());
                    imports.all.push(import);
                });
            }
        }
        imports
    }

    /// True when every name stands for the same as in `other`.
    pub(crate) fn names_the_same(&self, other: &Imports) -> bool {
        self.names == other.names
    }

    /// What `local` stands for.
    pub(crate) fn get(&self, local: &str) -> Option<&SmolStr> {
        self.names.get(local)
    }

    /// The local name of the library's `path`.
    pub(crate) fn local(&self, path: &str) -> Option<&SmolStr> {
        self.all.iter().find(|it| it.path == path).map(|it| &it.local)
    }
}

/// `name` in what `path` stands for: the modules of `aws-cdk-lib` are also members of it, `aws_s3` for instance.
pub(crate) fn member(path: &str, name: &str) -> SmolStr {
    if path == CORE && (name.starts_with("aws_") || name == "pipelines" || name == "custom_resources") {
        return name.replace('_', "-").into();
    }
    // Plain concatenation: every name in a program goes through here.
    [path, ".", name].concat().into()
}

/// The library's name for the module that is imported as `source`; `None` when it is none of the library's.
fn canonical_module(source: &str) -> Option<SmolStr> {
    let module = match source {
        "aws-cdk-lib" | "aws-cdk-lib/core" | "@aws-cdk/core" => CORE,
        "constructs" => "constructs",
        _ => source.strip_prefix("aws-cdk-lib/").or_else(|| source.strip_prefix("@aws-cdk/"))?,
    };
    // `aws-cdk-lib/aws-s3/lib/bucket` is still the same module.
    Some(module.split('/').next().unwrap_or(module).into())
}

/// True when `text` imports the library. A scan of its lines: comments and strings that merely speak of it don't count.
pub(crate) fn mentions_library(text: &str) -> bool {
    ["aws-cdk-lib", "@aws-cdk/"].iter().any(|library| {
        text.match_indices(library).any(|(at, _)| {
            let before = &text[..at];
            let Some(quote) = before.chars().next_back().filter(|it| matches!(it, '\'' | '"' | '`')) else {
                return false;
            };
            let rest = &text[at + library.len()..];
            if *library == "aws-cdk-lib" && !rest.starts_with([quote, '/']) {
                return false;
            }
            let line = before.rfind('\n').map_or(0, |it| it + 1);
            let line = before[line..before.len() - 1].trim();
            if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
                return false;
            }
            line.ends_with("from") || line.ends_with('(') || line.ends_with("import")
        })
    })
}

static QUERIES: PerDialect<Queries> =
    PerDialect::new(|| Queries::new(Dialect::TypeScript), || Queries::new(Dialect::Tsx));

struct Queries {
    query: Query,
    module: Capture,
    all: Capture,
    name: Capture,
    alias: Capture,
}

impl Queries {
    fn new(dialect: Dialect) -> Queries {
        let query = Query::new(dialect, include_str!("../../../queries/typescript/imports.scm"));
        let [module, all, name, alias] =
            ["module", "all", "name", "alias"].map(|it| query.capture(&format!("import.{it}")));
        Queries { query, module, all, name, alias }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_imports_make_a_cdk_program() {
        assert!(mentions_library("import * as cdk from 'aws-cdk-lib';"));
        assert!(mentions_library("const s3 = require(\"@aws-cdk/aws-s3\")"));
        assert!(mentions_library("import 'aws-cdk-lib/assertions';"));
        assert!(mentions_library("import {\n  Stack,\n} from 'aws-cdk-lib';"));
        assert!(!mentions_library("// import * as cdk from 'aws-cdk-lib';"));
        assert!(!mentions_library("const name = 'aws-cdk-lib';"));
        assert!(!mentions_library("import x from 'aws-cdk-library';"));
        assert!(!mentions_library("// see aws-cdk-lib"));
    }
}
