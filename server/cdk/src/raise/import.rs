//! Names of the library's classes, and the imports that they need.

use super::tidy::is_name;
use super::{Style, object};
use crate::imports::{CORE, Imports};
use model::SmolStr;
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

/// The package that `Construct` is in.
const CONSTRUCTS: &str = "constructs";

/// Adds imports to a program.
pub(crate) struct Importer<'r> {
    pub(crate) text: &'r str,
    pub(crate) root: Node<'r>,
    pub(crate) imports: &'r Imports,
    pub(crate) style: Style,
    /// What is to be written.
    pub(crate) edits: Vec<TextEdit>,
    /// Library paths that are imported on the way, with their local names.
    pub(crate) imported: Vec<(SmolStr, String)>,
}

impl<'r> Importer<'r> {
    /// How the program names a class of the library, imported on the way when it is not yet.
    pub(crate) fn library(&mut self, path: &str) -> Option<String> {
        if let Some((_, local)) = self.imported.iter().find(|(it, _)| it == path) {
            return Some(local.clone());
        }
        if let Some(local) = self.imports.local(path) {
            return Some(local.to_string());
        }
        let (module, class) = path.split_once('.')?;
        if let Some(local) = self.imports.local(module) {
            return Some(format!("{local}.{class}"));
        }
        if let Some((_, local)) = self.imported.iter().find(|(it, _)| it == module) {
            return Some(format!("{local}.{class}"));
        }
        if module != CORE
            && module != CONSTRUCTS
            && let Some(core) = self.imports.local(CORE)
        {
            return Some(format!("{core}.{}.{class}", module.replace('-', "_")));
        }
        self.import(module, class)
    }

    /// The same for a class that is used as a value: `import type` becomes an import of values, too.
    pub(crate) fn value(&mut self, path: &str) -> Option<String> {
        let name = self.library(path)?;
        let local = name.split('.').next()?;
        let Some(import) = self.imports.all.iter().find(|it| it.local == local) else { return Some(name) };
        let Some((statement, false)) = self.statement_of(import.module) else { return Some(name) };
        let around = self.root.descendant_for_byte_range(import.name.start().into(), import.name.end().into())?;
        for node in [Some(statement), Some(around), around.parent()].into_iter().flatten() {
            let mut cursor = node.walk();
            let word = node.children(&mut cursor).find(|it| it.kind() == "type" && !it.is_named());
            let Some((word, next)) = word.and_then(|it| Some((it, it.next_sibling()?))) else { continue };
            let edit = TextEdit::delete(text::range(word.start_byte(), next.start_byte()));
            if !self.edits.contains(&edit) {
                self.edits.push(edit);
            }
        }
        Some(name)
    }

    /// Adds an import in the form that the program's other imports have.
    fn import(&mut self, module: &str, class: &str) -> Option<String> {
        let top = class.split('.').next()?;
        let free = |name: &str| uses(self.root, self.text, name) == 0;
        // Beside other names from the same module.
        let neighbour = self.imports.all.iter().rev().find(|it| {
            it.path.strip_prefix(module).is_some_and(|rest| rest.starts_with('.')) && it.name.len() > text::size(0)
        });
        if let Some(neighbour) = neighbour.filter(|_| free(top)) {
            self.add_specifier(neighbour.name, top.to_owned())?;
            self.imported.push((format!("{module}.{top}").into(), top.to_owned()));
            return Some(class.to_owned());
        }
        let short = module.strip_prefix("aws-").unwrap_or(module).replace('-', "_");
        let local = match short.as_str() {
            "certificatemanager" => "acm".to_owned(),
            "cloudfront_origins" => "origins".to_owned(),
            "elasticloadbalancingv2" => "elbv2".to_owned(),
            CORE => "cdk".to_owned(),
            other => other.to_owned(),
        };
        if !free(&local) {
            return None;
        }
        // `import { aws_s3 as s3 } from 'aws-cdk-lib'`
        let collected = self.imports.all.iter().rev().find(|it| {
            it.path.starts_with("aws-")
                && !it.path.contains('.')
                && crate::convert::slice(self.text, it.name).starts_with("aws_")
        });
        if let Some(neighbour) = collected.filter(|_| module != CORE && module != CONSTRUCTS) {
            let name = neighbour.name;
            self.add_specifier(name, format!("{} as {local}", module.replace('-', "_")))?;
            self.imported.push((module.into(), local.clone()));
            return Some(format!("{local}.{class}"));
        }
        // Programs that import single names get a single name.
        let is_named = |it: &&crate::imports::Import| it.name.len() > text::size(0) && it.path.contains('.');
        let by_name = module == CORE && !self.imports.all.is_empty() && self.imports.all.iter().all(|it| is_named(&it));
        let last = self.imports.all.iter().map(|it| it.module).max_by_key(|it| it.end())?;
        let (statement, is_require) = self.statement_of(last)?;
        let by_name = (by_name || module == CONSTRUCTS) && !is_require && free(top);
        let old =
            self.imports.all.iter().any(|it| crate::convert::slice(self.text, it.module).starts_with("@aws-cdk/"));
        let source = match (module, old) {
            (CONSTRUCTS, _) => CONSTRUCTS.to_owned(),
            (CORE, true) => "@aws-cdk/core".to_owned(),
            (CORE, false) => "aws-cdk-lib".to_owned(),
            (_, true) => format!("@aws-cdk/{module}"),
            (_, false) => format!("aws-cdk-lib/{module}"),
        };
        let source = self.style.quoted(&source);
        let (newline, end) = (self.style.newline, self.style.end());
        let line = if is_require {
            format!("{newline}const {local} = require({source}){end}")
        } else if by_name {
            format!("{newline}import {{ {top} }} from {source}{end}")
        } else {
            format!("{newline}import * as {local} from {source}{end}")
        };
        self.edits.push(TextEdit::insert(range(statement).end(), line));
        if by_name {
            self.imported.push((format!("{module}.{top}").into(), top.to_owned()));
            return Some(class.to_owned());
        }
        self.imported.push((module.into(), local.clone()));
        Some(format!("{local}.{class}"))
    }

    fn add_specifier(&mut self, beside: TextRange, specifier: String) -> Option<()> {
        let node = self.root.descendant_for_byte_range(usize::from(beside.start()), usize::from(beside.end()))?;
        let mut node = node;
        while !matches!(node.parent()?.kind(), "named_imports" | "object_pattern") {
            node = node.parent()?;
        }
        if node.parent()?.kind() == "object_pattern" {
            return None;
        }
        let on_own_line =
            object::indent_of(self.text, node.start_byte()).len() == node.start_byte() - self.line_start(node);
        let separator = if on_own_line && object::ends_line(self.text, node) {
            format!(",{}{}", self.style.newline, object::indent_of(self.text, node.start_byte()))
        } else {
            ", ".to_owned()
        };
        self.edits.push(TextEdit::insert(range(node).end(), format!("{separator}{specifier}")));
        Some(())
    }

    fn line_start(&self, node: Node<'_>) -> usize {
        object::line_start(self.text, range(node).start())
    }

    fn statement_of(&self, module: TextRange) -> Option<(Node<'r>, bool)> {
        let mut node = self.root.descendant_for_byte_range(usize::from(module.start()), usize::from(module.end()))?;
        while node.parent().is_some_and(|it| it.kind() != "program") {
            node = node.parent()?;
        }
        Some((node, node.kind() != "import_statement"))
    }
}

/// How often the program says `name` as a name of its own, its declaration included.
pub(crate) fn uses(root: Node<'_>, text: &str, name: &str) -> usize {
    let mut uses = 0;
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if is_name(node.kind()) && crate::convert::slice(text, range(node)) == name {
            uses += 1;
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return uses;
            }
        }
    }
}
