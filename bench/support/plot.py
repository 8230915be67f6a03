"""Bars of wall seconds by workload and tool, as SVG without any library."""

COLORS = {"pgcoffer": "#2f6f9f", "pg_": "#b0b0b0"}
BAR, GAP, LEFT, WIDTH = 14, 18, 210, 760


def color(name):
    return next(value for prefix, value in COLORS.items() if name.startswith(prefix))


def svg(everything, title):
    shown = ("pgcoffer zstd:3", "pgcoffer zstd:1 binary", "pgcoffer gzip:6", "pg_dump zstd:3", "pg_dump gzip:6", "pgcoffer restore",
             "pgcoffer restore binary", "pg_restore")
    body, y = [], 46
    for workload, results in everything.items():
        bars = [(name, results[name]["seconds"]) for name in shown if name in results]
        longest = max(seconds for _, seconds in bars)
        body.append(f'<text x="10" y="{y + 11}" font-weight="bold">{workload}</text>')
        for name, seconds in bars:
            width = (WIDTH - LEFT - 60) * seconds / longest
            body.append(f'<text x="{LEFT - 6}" y="{y + 11}" text-anchor="end">{name}</text>'
                        f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 3}" fill="{color(name)}"/>'
                        f'<text x="{LEFT + width + 4:.1f}" y="{y + 11}">{seconds:.2f} s</text>')
            y += BAR
        y += GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" font-family="sans-serif" font-size="11">'
            f'<rect width="100%" height="100%" fill="white"/><text x="10" y="22" font-size="13">{title}</text>{"".join(body)}</svg>\n')
