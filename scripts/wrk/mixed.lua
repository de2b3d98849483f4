-- One command a request, over all keys in random order: nine GETs to one SET.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send(function()
    local requests = {}
    for index, key in ipairs(memstore.shuffled_keys()) do
        local command = index % 10 == 0 and memstore.set or memstore.get
        requests[index] = memstore.transaction({ command(key) })
    end
    return requests
end)
