-- What other scripts include.
local function twice(text)
  return text .. text
end
