//! The text that a scalar stands for: escapes, folding, chomping.

use smol_str::SmolStr;

/// A plain scalar: line breaks are folded.
pub(super) fn plain(source: &str) -> SmolStr {
    if !source.contains(['\n', '\r']) {
        return SmolStr::new(source);
    }
    fold(source, |line, out| out.push_str(line))
}

/// What stands between single quotes: `''` is a quote, line breaks are folded.
pub(super) fn single_quoted(source: &str) -> SmolStr {
    if !source.contains(['\n', '\r', '\'']) {
        return SmolStr::new(source);
    }
    fold(source, |line, out| {
        let mut rest = line;
        while let Some(at) = rest.find("''") {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 2..];
        }
        out.push_str(rest);
    })
}

/// What stands between double quotes: escapes count, line breaks are folded.
pub(super) fn double_quoted(source: &str) -> SmolStr {
    if !source.contains(['\\', '\n', '\r']) {
        return SmolStr::new(source);
    }
    let mut out = String::with_capacity(source.len());
    // White space before a line break is folded away, but not what an escape put there.
    let mut kept = 0;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        match c {
            '\\' => {
                rest = escape(&rest[1..], &mut out);
                kept = out.len();
            }
            '\n' | '\r' => {
                let end = out[kept..].trim_end_matches([' ', '\t']).len() + kept;
                out.truncate(end);
                rest = line_break(rest);
                let (blank, after) = skip_blank_lines(rest);
                rest = after;
                if blank == 0 {
                    out.push(' ');
                } else {
                    out.extend(std::iter::repeat_n('\n', blank));
                }
                kept = out.len();
            }
            c => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    SmolStr::from(out)
}

/// A literal or folded scalar, from its `|` or `>` at the start of `source` on; `source` may go on behind its end.
/// `parent` is the column of the collection that it is a value of, -1 for none.
pub(super) fn block(source: &str, parent: i32) -> SmolStr {
    let folded = source.starts_with('>');
    let mut chomping = None;
    let mut indicated = None;
    for c in source.chars().skip(1) {
        match c {
            '+' | '-' => chomping = Some(c),
            '1'..='9' => indicated = c.to_digit(10),
            _ => break,
        }
    }
    let Some(header_end) = source.find('\n') else { return SmolStr::default() };
    let body = &source[header_end + 1..];

    let indent = match indicated {
        Some(digit) => parent.max(0) as usize + digit as usize,
        None => detect_indent(body),
    };
    let mut lines: Vec<&str> = Vec::new();
    let mut ends_in_break = true;
    if indent as i32 > parent {
        ends_in_break = content_lines(body, indent, &mut lines);
    } else {
        // No content at all; blank lines still count for `+`.
        lines
            .extend(body.split_inclusive('\n').take_while(|it| it.ends_with('\n') && it.trim().is_empty()).map(|_| ""));
    }

    let last = lines.iter().rposition(|it| !it.is_empty()).map_or(0, |it| it + 1);
    let trailing = lines.len() - last;
    let mut out = String::with_capacity(body.len().min(4096));
    if folded {
        fold_block(&lines[..last], &mut out);
    } else {
        out.push_str(&lines[..last].join("\n"));
    }
    let final_break = last > 0 && (ends_in_break || trailing > 0);
    if chomping != Some('-') && final_break {
        out.push('\n');
    }
    if chomping == Some('+') {
        out.extend(std::iter::repeat_n('\n', trailing));
    }
    SmolStr::from(out)
}

/// The lines of a text without their breaks.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|it| it.strip_suffix('\r').unwrap_or(it))
}

/// Folds a flow scalar: one line break is a space, more are one less; white space around them is dropped.
fn fold(source: &str, push: impl Fn(&str, &mut String)) -> SmolStr {
    let mut out = String::with_capacity(source.len());
    let mut blank = 0;
    let mut lines = split_lines(source).enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let is_last = lines.peek().is_none();
        let line = if number > 0 { line.trim_start_matches([' ', '\t']) } else { line };
        let line = if is_last { line } else { line.trim_end_matches([' ', '\t']) };
        if number == 0 {
            push(line, &mut out);
            continue;
        }
        if line.is_empty() && !is_last {
            blank += 1;
            continue;
        }
        if blank == 0 {
            out.push(' ');
        } else {
            out.extend(std::iter::repeat_n('\n', blank));
        }
        blank = 0;
        push(line, &mut out);
    }
    SmolStr::from(out)
}

/// Reads what follows a backslash; returns the rest.
fn escape<'t>(rest: &'t str, out: &mut String) -> &'t str {
    let Some(c) = rest.chars().next() else { return rest };
    let after = &rest[c.len_utf8()..];
    let plain = match c {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return code_point(after, 2, out),
        'u' => return code_point(after, 4, out),
        'U' => return code_point(after, 8, out),
        // An escaped line break joins the lines; blank lines that follow still count.
        '\n' | '\r' => {
            let (blank, after) = skip_blank_lines(line_break(rest));
            out.extend(std::iter::repeat_n('\n', blank));
            return after;
        }
        c => c,
    };
    out.push(plain);
    after
}

/// Reads `digits` hexadecimal digits, and a second `\u` where they are the first half of a surrogate pair.
fn code_point<'t>(rest: &'t str, digits: usize, out: &mut String) -> &'t str {
    let read = |text: &str| text.get(..digits).and_then(|it| u32::from_str_radix(it, 16).ok());
    let Some(code) = read(rest) else { return rest };
    let after = &rest[digits..];
    if (0xd800..0xdc00).contains(&code)
        && let Some(second) = after.strip_prefix("\\u")
        && let Some(low @ 0xdc00..0xe000) = read(second)
    {
        let joined = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        out.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        return &second[digits..];
    }
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    after
}

/// What follows the line break that `text` starts with.
fn line_break(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\n', '\r'])).unwrap_or(text)
}

/// Counts blank lines and drops the white space that the line behind them starts with.
fn skip_blank_lines(text: &str) -> (usize, &str) {
    let mut count = 0;
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        if !trimmed.starts_with(['\n', '\r']) {
            return (count, trimmed);
        }
        count += 1;
        rest = line_break(trimmed);
    }
}

/// The indentation of a block scalar's first line that is not blank.
fn detect_indent(body: &str) -> usize {
    let mut longest_blank = 0;
    for line in split_lines(body) {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if spaces < line.len() {
            // Left of blank lines there is no content: libyaml refuses any, and reads on where it is a comment.
            return if line[spaces..].starts_with('#') { spaces.max(longest_blank) } else { spaces };
        }
        longest_blank = longest_blank.max(spaces);
    }
    longest_blank
}

/// Collects the lines of a block scalar without their indentation; true when the last one has a line break.
fn content_lines<'t>(body: &'t str, indent: usize, lines: &mut Vec<&'t str>) -> bool {
    for raw in body.split_inclusive('\n') {
        let has_break = raw.ends_with('\n');
        let line = raw.strip_suffix('\n').unwrap_or(raw);
        let line = if has_break { line.strip_suffix('\r').unwrap_or(line) } else { line };
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if indent == 0 && (line.starts_with("---") || line.starts_with("...")) {
            return true;
        }
        if !has_break && spaces == line.len() && spaces <= indent {
            // White space at the end of the text is no line.
            return true;
        }
        if spaces >= indent {
            lines.push(&line[indent..]);
        } else if spaces == line.len() {
            lines.push("");
        } else {
            return true;
        }
        if !has_break {
            return false;
        }
    }
    true
}

/// Joins the lines of a folded scalar; lines that are indented further keep their breaks.
fn fold_block(lines: &[&str], out: &mut String) {
    let is_further = |line: &str| line.starts_with([' ', '\t']);
    let mut blank = 0;
    let mut before: Option<&str> = None;
    for line in lines {
        if line.is_empty() {
            blank += 1;
            continue;
        }
        match before {
            None => out.extend(std::iter::repeat_n('\n', blank)),
            Some(before) if is_further(before) || is_further(line) => {
                out.extend(std::iter::repeat_n('\n', blank + 1));
            }
            Some(_) if blank == 0 => out.push(' '),
            Some(_) => out.extend(std::iter::repeat_n('\n', blank)),
        }
        blank = 0;
        out.push_str(line);
        before = Some(line);
    }
}
