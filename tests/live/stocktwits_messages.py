"""What messages of StockTwits look like, in the years of each schema, and how a page may be spoilt."""

from typing import Any


def spoil(envelope: dict[str, Any], fault: str | None, stream: list[dict[str, Any]], schema: str) -> None:
    messages = envelope["messages"]
    middle = len(messages) // 2
    if fault == "no messages":
        del envelope["messages"]
    elif fault == "messages a dict":
        envelope["messages"] = {str(message["id"]): message for message in messages}
    elif fault == "renamed ids":
        for message in messages:
            message["message_id"] = message.pop("id")
    elif fault == "no id" and messages:
        del messages[middle]["id"]
    elif fault == "a text" and messages:
        messages[middle] = "deleted"
    elif fault == "unknown keys":
        envelope["promoted"] = {"until": "tomorrow"}
        for message in messages:
            message["mood"] = {"score": 3}
    elif fault == "repeats":
        envelope["messages"] = [message for message in messages for _ in range(2)]
    elif fault == "pinned" and stream:
        messages.insert(0, dress(stream[-1], schema))
    elif fault == "no cursor":
        del envelope["cursor"]
    elif fault == "no optional keys":
        needed = ("id", "body", "created_at")
        envelope["messages"] = [{key: message[key] for key in needed} for message in messages]


def dress(message: dict[str, Any], schema: str) -> dict[str, Any]:
    """Give a message the optional keys of its time; the same ones whenever it is asked for."""
    number = message["id"]
    tag = (None, {"basic": "Bullish"}, {"basic": "Bearish"})[number % 3]
    author = number % 97
    user: dict[str, Any] = {
        "id": author,
        "username": f"trader{author}",
        "name": f"Trader {author}",
        "join_date": "2012-03-04",
        "official": False,
        "identity": "User",
        "classification": [],
    }
    dressed: dict[str, Any] = {
        **message,
        "symbols": [
            {"id": 600 + n, "symbol": symbol, "title": f"{symbol} Inc."}
            for n, symbol in enumerate(message["symbols"])
        ],
        "source": {"id": 1, "title": "StockTwits Web" if schema == "2016" else "StockTwits For iOS"},
        "entities": message.get("entities", {"sentiment": tag}),
        "user": user,
    }
    if schema == "2016":
        dressed["reshares"] = {"reshared_count": 0, "user_ids": []}
        if number % 2:
            dressed["likes"] = {"total": number % 5 + 1, "user_ids": []}
    else:
        user |= {
            "followers": author * 3,
            "following": 12,
            "ideas": 400,
            "plus_tier": "",
            "home_country": "US",
        }
        dressed |= {
            "links": [],
            "mentioned_users": [],
            "discussion": False,
            "tokenized_body": [],
            "prices": [{"symbol": symbol, "price": "12.34"} for symbol in message["symbols"]],
        }
    return dressed
