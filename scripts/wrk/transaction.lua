-- Ten commands a request (or commands=N), GETs and SETs in turn of random keys: several nodes in nearly every one.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send_transactions(function(index) return index % 2 == 1 and memstore.get or memstore.set end)
