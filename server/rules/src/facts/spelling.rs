//! Which word was meant.

/// Names that are further from each other are different words.
const MAX_DISTANCE: usize = 2;

/// How far `name` is from what is `written`: 0 for another case, then the number of letters that differ, are missing, or are
/// swapped; `None` for another word.
pub(crate) fn distance(written: &str, name: &str) -> Option<usize> {
    if written.eq_ignore_ascii_case(name) {
        return Some(0);
    }
    let allowed = match written.chars().count().min(name.chars().count()) {
        0..=2 => return None,
        3..=5 => 1,
        _ => MAX_DISTANCE,
    };
    // Most words differ in length alone by more than that.
    if written.len().abs_diff(name.len()) > allowed * 4 {
        return None;
    }
    // Each step adds or takes out one letter at most: most words are told apart by the letters that they have.
    let (here, there) = (letters(written), letters(name));
    if (here & !there).count_ones().max((there & !here).count_ones()) as usize > allowed {
        return None;
    }
    let distance = strsim::osa_distance(written, name);
    (distance <= allowed).then_some(distance)
}

/// The set of letters of a word, as bits.
fn letters(word: &str) -> u64 {
    word.bytes().filter(u8::is_ascii).fold(0, |set, it| set | 1 << (it & 63))
}

/// The one candidate that is most like what is `written`; `None` where none or several are as like it.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    let mut is_only = true;
    for candidate in candidates {
        let Some(distance) = distance(written, candidate) else { continue };
        match best {
            Some((other, _)) if other < distance => (),
            Some((other, name)) if other == distance => is_only &= name == candidate,
            _ => (best, is_only) = (Some((distance, candidate)), true),
        }
    }
    best.filter(|_| is_only).map(|it| it.1)
}

/// True for `Subnet1` and `Subnet2`, `ZoneA` and `ZoneB`: each names one of a series.
pub(crate) fn is_other_of_its_sort(written: &str, name: &str) -> bool {
    let without_digits = |it: &str| it.chars().filter(|it| !it.is_ascii_digit()).collect::<String>();
    let letter = |it: &str| it.chars().next_back().is_some_and(|it| it.is_ascii_uppercase());
    let stem = |it: &str| it.chars().take(it.chars().count().saturating_sub(1)).collect::<String>();
    (written != name && without_digits(written) == without_digits(name))
        || (letter(written) && letter(name) && stem(written) == stem(name))
}
