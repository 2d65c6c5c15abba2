"""Plays by the page's WebSockets with Python's `websockets`, by text and by objects.

    websockets_client.py HOST:PORT ROOM

Prints the tries of each game, a line a game.
"""

import asyncio
import json
import sys

import websockets

TEXT = {"Trop petit": "too-small", "Trop grand": "too-big"}


async def find(ask):
    """Bisects 1..100; `ask` sends a guess and returns what the answer says of it."""
    low, high, tries = 1, 100, 0
    while low <= high:
        guess, tries = (low + high) // 2, tries + 1
        said = await ask(guess)
        if said == "found":
            return tries
        if said == "too-small":
            low = guess + 1
        elif said == "too-big":
            high = guess - 1
        else:
            sys.exit(f"{guess} was answered {said!r}")
    sys.exit("the answers contradict each other")


async def by_text(address, room):
    async with websockets.connect(f"ws://{address}/ws/text") as socket:
        greeting = await socket.recv()
        assert greeting.startswith("Bonjour"), greeting

        async def say(message):
            await socket.send(message)
            return await socket.recv()

        async def guess(number):
            answer = await say(str(number))
            return "found" if answer.startswith("Gagné") else TEXT.get(answer, answer)

        entered = await say(f"SALLE {room}")
        assert entered.startswith(f"Salle {room}"), entered
        print("text", await find(guess))
        refused = await say("abc")
        assert refused.startswith("Erreur : "), refused
        await socket.send("FIN")
        assert (await socket.recv()).startswith("Au revoir")


async def by_objects(address, room):
    async with websockets.connect(f"ws://{address}/ws") as socket:

        async def answer():
            """Pictures of the room come between the answers."""
            while "event" in (heard := json.loads(await socket.recv())):
                pass
            return heard

        async def say(**request):
            await socket.send(json.dumps(request))
            return await answer()

        async def guess(number):
            return (await say(type="guess", value=number))["verdict"]

        greeting = await answer()
        assert greeting["type"] == "greeting" and greeting["range"] == [1, 100], greeting
        entered = await say(type="room", room=room)
        assert entered["type"] == "entered" and entered["code"], entered
        print("objects", await find(guess))
        refused = await say(type="guess", value=101)
        assert refused["type"] == "refused", refused
        bye = await say(type="quit")
        assert bye["type"] == "bye", bye


async def main():
    await by_text(*sys.argv[1:])
    await by_objects(*sys.argv[1:])


asyncio.run(asyncio.wait_for(main(), 20))
