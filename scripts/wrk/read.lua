-- Ten GETs a request (or commands=N) of random keys: what an MGET does.
local memstore = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "memstore.lua")

memstore.send(function()
    local requests = {}
    for request = 1, math.max(100, 100000 / memstore.commands) do
        local commands = {}
        for index = 1, memstore.commands do
            commands[index] = memstore.get(memstore.random_key())
        end
        requests[request] = memstore.transaction(commands)
    end
    return requests
end)
