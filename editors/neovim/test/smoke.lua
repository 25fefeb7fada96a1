-- Opens files with planted mistakes in this Neovim, with the real server, and does what a user does. test/smoke runs it.
--
-- A comment `expect: RULE "TEXT"` in a file says that the next line has a finding of that rule under that text.
-- No other findings may be there.

local TIMEOUT = 20000

local folder = vim.env.STACKLINT_SMOKE
local failures = 0

local function say(ok, what)
  failures = failures + (ok and 0 or 1)
  io.stdout:write((ok and "ok      " or "FAILED  ") .. what .. "\n")
  return ok
end

local function expected()
  local findings = {}
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local rule, text = line:match('expect: (%S+) "(.-)"')
    if rule then
      table.insert(findings, ("%d: %s %q"):format(number + 1, rule, text))
    end
  end
  table.sort(findings)
  return findings
end

--- The findings that Neovim shows, in the words of `expected`.
local function shown()
  local findings = {}
  for _, it in ipairs(vim.diagnostic.get(0)) do
    local ok, lines = pcall(vim.api.nvim_buf_get_text, 0, it.lnum, it.col, it.end_lnum, it.end_col, {})
    local code = it.code or (it.user_data and it.user_data.lsp and it.user_data.lsp.code)
    local text = ok and table.concat(lines, "\n") or "?"
    table.insert(findings, ("%d: %s %q"):format(it.lnum + 1, tostring(code), text))
  end
  table.sort(findings)
  return findings
end

local function same(left, right)
  return table.concat(left, "\n") == table.concat(right, "\n")
end

--- Waits for exactly these findings; on failure says what is there instead.
local function wait_for(findings, what)
  local came = vim.wait(TIMEOUT, function()
    return same(shown(), findings)
  end, 20)
  say(came, what)
  if not came then
    io.stdout:write("  expected:\n    " .. table.concat(findings, "\n    ") .. "\n")
    io.stdout:write("  shown:\n    " .. table.concat(shown(), "\n    ") .. "\n")
  end
  return came
end

--- Does as a user does on the finding of `rule`: asks for code actions and takes the preferred quick fix.
local function apply_quick_fix(rule)
  for _, it in ipairs(vim.diagnostic.get(0)) do
    local code = it.code or it.user_data.lsp.code
    if code == rule then
      vim.api.nvim_win_set_cursor(0, { it.lnum + 1, it.col })
    end
  end
  local taken
  local select = vim.ui.select
  vim.ui.select = function(items, _, choose)
    for _, item in ipairs(items) do
      -- Older versions hand over pairs of a client and an action.
      local action = item.action or item[2]
      if action and action.isPreferred and (action.kind or ""):find("^quickfix") then
        taken = action.title
        choose(item)
        return
      end
    end
    choose(nil)
  end
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action()
  local changed = vim.wait(TIMEOUT, function()
    return vim.api.nvim_buf_get_changedtick(0) ~= before
  end, 20)
  vim.ui.select = select
  return say(changed, ("the quick fix %q of %s changes the text"):format(tostring(taken), rule))
end

local function without(findings, rule)
  return vim.tbl_filter(function(finding)
    return not finding:find(rule, 1, true)
  end, findings)
end

--- The findings after a fix may stand on other lines: take the lines from the comments again.
local function check(name, rules, replaced)
  vim.cmd("edit " .. folder .. "/" .. name)
  if not wait_for(expected(), name .. " has the planted findings, and no others") then
    return
  end
  for _, rule in ipairs(rules) do
    if not apply_quick_fix(rule) then
      return
    end
    -- Comments of findings that are mended no longer count.
    vim.b.mended = vim.list_extend(vim.b.mended or {}, { rule })
    local left = expected()
    for _, mended in ipairs(vim.b.mended) do
      left = without(left, mended)
    end
    wait_for(left, name .. ": the finding of " .. rule .. " is gone, the others stay")
  end
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  for _, part in ipairs(replaced) do
    say(text:find(part, 1, true) ~= nil, ("%s now says %q"):format(name, part))
  end
  vim.cmd("silent write")
end

--- Types `lines` into a new file and takes what is offered as `label` at the end of the last one.
local function complete(name, lines, label, result)
  vim.cmd("edit " .. folder .. "/" .. name)
  vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
  vim.api.nvim_win_set_cursor(0, { #lines, #lines[#lines] })
  local clients
  local attached = vim.wait(TIMEOUT, function()
    clients = (vim.lsp.get_clients or vim.lsp.buf_get_clients)(vim.lsp.get_clients and { bufnr = 0 } or 0)
    return next(clients) ~= nil
  end, 20)
  if not say(attached, name .. " has a server") then
    return
  end
  local _, client = next(clients)
  -- The cursor of normal mode is before the end of the line.
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(),
    position = { line = #lines - 1, character = #lines[#lines] },
  }
  local answers = vim.lsp.buf_request_sync(0, "textDocument/completion", params, TIMEOUT) or {}
  local taken
  for _, answer in pairs(answers) do
    for _, item in ipairs(answer.result and answer.result.items or {}) do
      if item.label == label then
        taken = item
      end
    end
  end
  if not say(taken ~= nil, ("%s offers %q"):format(name, label)) then
    return
  end
  vim.lsp.util.apply_text_edits({ taken.textEdit }, 0, client.offset_encoding or "utf-16")
  local line = vim.api.nvim_buf_get_lines(0, #lines - 1, #lines, false)[1]
  say(line == result, ("%s now says %q"):format(name, line))
  vim.cmd("silent write")
end

local function run()
  local version = vim.version()
  io.stdout:write(("Neovim %d.%d.%d\n"):format(version.major, version.minor, version.patch))

  check(
    "orders.yaml",
    { "kms-key-rotation-disabled", "dynamodb-table-without-pitr", "undefined-reference" },
    { "EnableKeyRotation: true }", "PointInTimeRecoveryEnabled: true", "!Ref Retention" }
  )
  check("orders-stack.ts", { "kms-key-rotation-disabled" }, { "enableKeyRotation: true," })

  local topic = { "Resources:", "  Topic:", "    Type: AWS::SNS::Topic", "  Policy:" }
  local function typed(line)
    return vim.list_extend(vim.deepcopy(topic), { line })
  end
  complete("type.yaml", typed("    Type: AWS::SNS::TopicP"), "AWS::SNS::TopicPolicy", "    Type: AWS::SNS::TopicPolicy")
  complete("name.yaml", typed("    DependsOn: To"), "Topic", "    DependsOn: Topic")
  complete(
    "text.yaml",
    { "Resources:", "  Topic:", "    Type: AWS::SNS::Topic", "Outputs:", "  A:", "    Value: !Sub a-${AWS::Re" },
    "AWS::Region",
    "    Value: !Sub a-${AWS::Region}"
  )

  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  say(#clients == 1, ("one server serves all files (%d)"):format(#clients))
  vim.lsp.stop_client(clients)
  local ended = vim.wait(5000, function()
    return #(vim.lsp.get_clients or vim.lsp.get_active_clients)() == 0
  end, 20)
  say(ended, "the server ends when it is asked to")
end

local ok, problem = pcall(run)
if not ok then
  say(false, tostring(problem))
end
vim.cmd(failures == 0 and "qall!" or "cquit!")
