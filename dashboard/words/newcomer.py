"""What a newcomer is told: what is simulated, what to click first, and how to bring data of one's own."""

WELCOME = "New here? What is simulated, what to click first, and how to bring your own data"
SIMULATED = """\
**What is simulated: everything.** Firms, prices, posts and their authors are made up by a program, so \
nothing here is about a real market. Its rules are known: where a firm's posts before the open are happier, \
its return from open to close was made higher on average; where they hold more sadness, anger, disgust or \
fear, lower; surprise was given no part. How much of that comes out again is what this demo is for.
"""
CLICKS = "**What to click first**"
STEPS = (
    (
        "mood",
        "Here: click a row of the movers",
        ":material/mood:",
    ),
    (
        "ticker",
        "Ticker: tick a post, see its words",
        ":material/candlestick_chart:",
    ),
    (
        "regressions",
        "Regressions: does it go with returns?",
        ":material/function:",
    ),
    (
        "lineage",
        "Lineage: from a coefficient to posts",
        ":material/account_tree:",
    ),
    (
        "tagger",
        "Tagger: write a post, watch it read",
        ":material/label:",
    ),
)
OWN = "**Your own data**, in a warehouse of its own beside this one"
COMMANDS = """\
export EMOTAPE_HOME=my-warehouse
emotape load posts my_posts.csv
emotape load prices my_prices.csv
emotape build
emotape regress
emotape serve --port 8502
"""
OWN_NOTE = (
    "Posts: StockTwits' JSON, or a table with a column each for time, symbol and text "
    "(`emotape load posts --help`); prices: one row a symbol and day. `emotape refresh AAPL MSFT` fetches "
    "both instead, and `emotape fetch stockemotions` brings 9,000 real posts."
)
FOLD = "Folded away, it stays so in this address and on the other pages."

EMPTY_TITLE = "Nothing is published in this warehouse yet"
EMPTY = "Three ways to begin; run one where emotape is installed. This page then shows what came, by itself."
WAYS = (
    (
        "A simulated market",
        "Everything is made up, with known rules: to look around, in about a minute.",
        "emotape demo",
    ),
    (
        "Real posts, one command",
        "9,000 public posts with prices; it says licence and size first, and asks.",
        "emotape fetch stockemotions\nemotape regress",
    ),
    (
        "Your own files",
        "Posts and prices as files; what cannot be read is kept with its reason.",
        "emotape load posts my_posts.csv\nemotape load prices my_prices.csv\nemotape build\nemotape regress",
    ),
)
EMPTY_NOTE = (
    "Where this dashboard was started with `--home DIR` or `EMOTAPE_HOME`, give the commands the same. To "
    "follow symbols every day: `emotape config --example`, then `emotape refresh`."
)
