-- Ten GETs a request (or commands=N) of random keys: what an MGET does.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send_transactions(function() return memstore.get end)
