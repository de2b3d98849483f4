-- Ten commands a request (or commands=N), GETs and SETs in turn of random keys: several nodes in nearly every one.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send(function()
    local requests = {}
    for request = 1, math.max(100, 100000 / memstore.commands) do
        local commands = {}
        for index = 1, memstore.commands do
            local command = index % 2 == 1 and memstore.get or memstore.set
            commands[index] = command(memstore.random_key())
        end
        requests[request] = memstore.transaction(commands)
    end
    return requests
end)
