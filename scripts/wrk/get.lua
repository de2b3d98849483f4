-- One GET of one key.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send(function()
    return { memstore.transaction({ memstore.get(memstore.key(0)) }) }
end)
