-- The configuration of the server. Neovim 0.11 and later read it as `vim.lsp.config.stacklint`;
-- plugin/stacklint.lua reads it for older versions. `vim.g.stacklint` may hold values of your own.

local own = vim.g.stacklint or {}
local settings = own.settings or {}

return {
  cmd = own.cmd or { "stacklint", "lsp" },
  -- The server decides by content what is a template or a CDK program.
  filetypes = own.filetypes or {
    "yaml",
    "yaml.cloudformation",
    "json",
    "json.cloudformation",
    "jsonc",
    "cloudformation",
    "typescript",
    "typescriptreact",
  },
  root_markers = { "stacklint.yaml", ".stacklint.yaml", "cdk.json", ".git" },
  init_options = settings.stacklint,
  settings = settings,
}
