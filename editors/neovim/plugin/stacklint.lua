-- Starts the server for the files that it reads: through `vim.lsp.enable` where there is one (Neovim 0.11 and later),
-- by hand on 0.7 to 0.10.

if vim.g.loaded_stacklint then
  return
end
vim.g.loaded_stacklint = true

local group = vim.api.nvim_create_augroup("stacklint", {})

-- `.template` says nothing of the language: look at the first lines.
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  group = group,
  pattern = "*.template",
  callback = function(event)
    for _, line in ipairs(vim.api.nvim_buf_get_lines(event.buf, 0, 50, false)) do
      if line:find("^%s*{") then
        vim.bo[event.buf].filetype = "json"
        return
      elseif line:find("^AWSTemplateFormatVersion%s*:") or line:find("^Resources%s*:") then
        vim.bo[event.buf].filetype = "yaml"
        return
      elseif not (line:find("^%s*$") or line:find("^#") or line:find("^%-%-%-") or line:find("^%s*%w+%s*:")) then
        return
      end
    end
  end,
})

if vim.lsp.config and vim.lsp.enable then
  vim.lsp.enable("stacklint")
  return
end

local config = dofile(vim.api.nvim_get_runtime_file("lsp/stacklint.lua", false)[1])

--- The nearest folder above `file` that holds one of the markers, else the file's own.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local candidate = folder
  while true do
    for _, marker in ipairs(config.root_markers) do
      if vim.loop.fs_stat(candidate .. "/" .. marker) then
        return candidate
      end
    end
    local parent = vim.fn.fnamemodify(candidate, ":h")
    if parent == candidate then
      return folder
    end
    candidate = parent
  end
end

--- Clients by root, for Neovim 0.7, which has no `vim.lsp.start` to keep them.
local clients = {}

local function start(root, buffer)
  local given = {
    name = "stacklint",
    cmd = config.cmd,
    root_dir = root,
    init_options = config.init_options,
    settings = config.settings,
  }
  if vim.lsp.start then
    vim.lsp.start(given, { bufnr = buffer })
    return
  end
  given.on_exit = function()
    clients[root] = nil
  end
  clients[root] = clients[root] or vim.lsp.start_client(given)
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

local complained = false

local function attach(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  -- Only files: not terminals, help, or what plugins show under an address.
  if vim.bo[buffer].buftype ~= "" or name == "" or name:find("^%w+://") then
    return
  end
  if vim.fn.executable(config.cmd[1]) == 0 then
    if not complained then
      complained = true
      vim.notify(
        ("stacklint: cannot run `%s`. Install it, or set vim.g.stacklint = { cmd = { '/path/to/stacklint', 'lsp' } }."):format(
          config.cmd[1]
        ),
        vim.log.levels.WARN
      )
    end
    return
  end
  start(root_of(name), buffer)
end

vim.api.nvim_create_autocmd("FileType", {
  group = group,
  pattern = config.filetypes,
  callback = function(event)
    attach(event.buf)
  end,
})

-- A plugin manager may load this after the first file.
for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
  if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(config.filetypes, vim.bo[buffer].filetype) then
    attach(buffer)
  end
end
