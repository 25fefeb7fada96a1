//! What cloud-init takes for a script.

use std::ops::Range;

/// Where in user data there are scripts: all of it, or parts of a multipart archive.
pub(super) fn scripts(text: &str) -> Vec<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let body = &text[start..];
    if body.starts_with("#!") {
        return std::iter::once(start..text.len()).collect();
    }
    let head = body.get(..13).unwrap_or_default();
    let is_archive = ["content-type:", "mime-version:"].iter().any(|it| head.eq_ignore_ascii_case(it));
    if is_archive { parts(text) } else { Vec::new() }
}

/// The scripts among the parts of a multipart archive (RFC 2046).
fn parts(text: &str) -> Vec<Range<usize>> {
    let Some(boundary) = boundary(text) else { return Vec::new() };
    let delimiter = format!("--{boundary}");
    let mut out = Vec::new();
    let mut part: Option<Range<usize>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == delimiter || line.trim_end() == format!("{delimiter}--") {
            if let Some(part) = part.take() {
                out.extend(script_of(text, part.start..at));
            }
            part = (line.trim_end() == delimiter).then_some(at + line.len()..at + line.len());
        }
        at += line.len();
    }
    if let Some(part) = part {
        out.extend(script_of(text, part.start..text.len()));
    }
    out
}

fn boundary(text: &str) -> Option<&str> {
    let head = &text[..text.find("\n\n").or(text.find("\r\n\r\n")).unwrap_or(text.len())];
    let rest = &head[head.find("boundary=")? + "boundary=".len()..];
    let boundary = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split([';', ' ', '\r', '\n']).next()?,
    };
    (!boundary.is_empty()).then_some(boundary)
}

/// The body of a part that is a script.
fn script_of(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let source = text.get(part.clone())?;
    let head = source.find("\n\n").map(|it| (it, 2)).or(source.find("\r\n\r\n").map(|it| (it, 4)))?;
    let (headers, body) = (source[..head.0].to_ascii_lowercase(), part.start + head.0 + head.1);
    let is_script = headers.contains("text/x-shellscript") && !headers.contains("base64");
    let skipped = text[body..part.end].len() - text[body..part.end].trim_start().len();
    (is_script && text[body + skipped..part.end].starts_with("#!")).then_some(body + skipped..part.end)
}

#[cfg(test)]
mod tests {
    use super::scripts;

    fn found(text: &str) -> Vec<&str> {
        scripts(text).into_iter().map(|it| &text[it]).collect()
    }

    #[test]
    fn what_starts_with_a_shebang_is_a_script() {
        assert_eq!(found("\n#!/bin/sh\na\n"), ["#!/bin/sh\na\n"]);
        for other in ["#cloud-config\nruncmd: [a]\n", "#include\nhttps://x\n", "<powershell>a</powershell>", "a\n", ""]
        {
            assert!(found(other).is_empty());
        }
    }

    #[test]
    fn archives_have_parts() {
        let text = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==B==\"\n\n--==B==\nContent-Type: \
                    text/cloud-config; charset=\"us-ascii\"\n\n#cloud-config\n\n--==B==\nContent-Type: text/x-shellscript\n\n\
                    #!/bin/bash\na\n--==B==--\n";
        assert_eq!(found(text), ["#!/bin/bash\na\n"]);
        for (end, _) in text.char_indices() {
            scripts(&text[..end]);
        }
    }
}
