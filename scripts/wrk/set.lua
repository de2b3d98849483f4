-- One SET a request, over all keys in random order.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send(function()
    local requests = {}
    for index, key in ipairs(memstore.shuffled_keys()) do
        requests[index] = memstore.transaction({ memstore.set(key) })
    end
    return requests
end)
