-- One GET a request, of a random one among any number of keys (keys=N).
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send_random(memstore.get)
