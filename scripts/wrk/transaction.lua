-- Ten commands a request, five GETs and five SETs of random keys: several nodes in nearly every transaction.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send(function()
    local requests = {}
    for index = 1, 10000 do
        local commands = {}
        for pair = 1, 5 do
            commands[2 * pair - 1] = memstore.get(memstore.random_key())
            commands[2 * pair] = memstore.set(memstore.random_key())
        end
        requests[index] = memstore.transaction(commands)
    end
    return requests
end)
