pub(super) fn render(_: &crate::cli::report::Report) -> String {
    String::new()
}
