//! Which texts are templates.

use schema::template::is_resource_type;
use syntax::data::Format;

/// True when `text` is a template: a mapping with `AWSTemplateFormatVersion`, or with `Resources` of which one has a
/// `Type` of `AWS::...`, `Custom::...`, `Alexa::...` or another organisation's, or one that `AWS::Serverless`
/// transforms. `Resources` that are a list are those of CodeDeploy's application specifications.
///
/// Looks at the lines alone, so that half-typed text counts too and that other files cost almost nothing.
pub fn is_template(text: &str, format: Format) -> bool {
    // Most files are told apart here, at the speed of a search.
    let may_be = text.contains("AWSTemplateFormatVersion")
        || text.contains("AWS::Serverless")
        || (text.contains("Resources") && text.contains("::"));
    if !may_be {
        return false;
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    match format {
        Format::Yaml if !start.starts_with('{') => yaml(text),
        _ => json(text),
    }
}

/// What a root key says about the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Resources,
    Transform,
    Other,
}

fn yaml(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let mut root_indent = None;
    let mut root = Root::Other;
    let mut is_first = false;
    for line in text.lines() {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let content = content.trim_end();
        if content.is_empty() || content.starts_with(['#', '%']) || content.starts_with("---") {
            continue;
        }
        let mut value = content;
        // A sequence is never a root key, wherever its dashes stand.
        if indent <= *root_indent.get_or_insert(indent) && !content.starts_with("- ") {
            let (key, rest) = content.split_once(':').unwrap_or((content, ""));
            root = match key.trim().trim_matches(['"', '\'']) {
                "AWSTemplateFormatVersion" => return true,
                "Resources" => Root::Resources,
                "Transform" => Root::Transform,
                _ => Root::Other,
            };
            value = rest;
            is_first = true;
        } else if std::mem::take(&mut is_first) && root == Root::Resources && content.starts_with("- ") {
            root = Root::Other;
        }
        match root {
            Root::Resources if types(value).any(is_resource_type) => return true,
            Root::Transform if value.contains("AWS::Serverless") => return true,
            _ => (),
        }
    }
    false
}

/// What stands behind `Type:` in a line.
fn types(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("Type").filter_map(|(at, word)| {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|it| it.is_alphanumeric()) {
            return None;
        }
        let rest = line[at + word.len()..].trim_start_matches(['"', '\'']).trim_start();
        let value = rest.strip_prefix(':')?.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(|it: char| !it.is_ascii_alphanumeric() && !matches!(it, ':' | '-' | '_' | '@'));
        Some(value[..end.unwrap_or(value.len())].trim_end_matches(':'))
    })
}

fn json(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut root = Root::Other;
    // The last string at the depth of a key, until its colon.
    let mut key = "";
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at + 1;
                let mut end = start;
                // A string does not go over a line break: one that is being typed ends there.
                while end < bytes.len() && !matches!(bytes[end], b'"' | b'\n') {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                let string = text.get(start..end.min(bytes.len())).unwrap_or_default();
                at = end;
                let is_key = text.get(end + 1..).is_some_and(|it| it.trim_start().starts_with(':'));
                if is_key {
                    key = string;
                    if depth <= 1 {
                        root = match string {
                            "AWSTemplateFormatVersion" => return true,
                            "Resources" if is_list(&text[end + 1..]) => Root::Other,
                            "Resources" => Root::Resources,
                            "Transform" => Root::Transform,
                            _ => Root::Other,
                        };
                    }
                } else {
                    match root {
                        Root::Resources if key == "Type" && is_resource_type(string) => return true,
                        Root::Transform if string.contains("AWS::Serverless") => return true,
                        _ => (),
                    }
                }
            }
            _ => (),
        }
        at += 1;
    }
    false
}

/// True when what follows a key is a list.
fn is_list(text: &str) -> bool {
    text.trim_start().strip_prefix(':').is_some_and(|it| it.trim_start().starts_with('['))
}
