using System.Buffers;
using System.Text;

namespace Clew.Identification.Gs1;

/// <summary>
/// GS1 Digital Link URIs, uncompressed (standard 1.3 and later): <c>https://host/stem/01/{gtin}/10/{lot}?17={expiry}</c>. The right-most
/// primary key of the path wins; what stands before it is the resolver's own.
/// </summary>
public static class DigitalLink
{
    /// <summary>GS1's own resolver, used for the canonical form.</summary>
    public const string CanonicalStem = "https://id.gs1.org";

    // RFC 3986: unreserved, gen-delims, sub-delims, percent
    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    private static readonly SearchValues<char> NotInDomain = SearchValues.Create("_~?#@!$&'()*+,;=%");

    /// <summary>Whether the text is a web address.</summary>
    public static bool IsWebAddress(ReadOnlySpan<char> text) =>
        text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the address is a Digital Link at all: some pair of its path is a primary key.</summary>
    internal static bool HasKey(string text, int at) => IsWebAddress(text.AsSpan(at)) && Parts(text, at) is { Path: >= 0 } parts && KeyStart(text, parts.Path, parts.PathEnd) >= 0;

    internal static void Read(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Gs1;
        if (text.AsSpan(at).IndexOfAnyExcept(UriCharacters) is var foreign and >= 0)
        {
            Wrong(reading, at + foreign, "a character that no URI may hold", "URI 中不允许的字符");
            return;
        }

        var scheme = text.AsSpan(at, text.IndexOf(':', at) - at);
        if (scheme is not ("https" or "http" or "HTTPS" or "HTTP"))
        {
            Wrong(reading, at, "the scheme is written in one case throughout", "协议名须全部大写或全部小写");
            return;
        }

        var (domain, path, pathEnd, queryEnd) = Parts(text, at);
        if (path < 0 || path == domain)
        {
            Wrong(reading, at, "a domain and a path are needed", "缺少域名或路径");
            return;
        }

        if (text.AsSpan(domain, path - domain).IndexOfAny(NotInDomain) is var bad and >= 0)
        {
            Wrong(reading, domain + bad, "a character that no domain may hold", "域名中不允许的字符");
            return;
        }

        var start = KeyStart(text, path, pathEnd);
        if (start < 0)
        {
            Wrong(reading, path, "no primary key in the path", "路径中没有主键");
            return;
        }

        if (ReadPath(reading, text, start, pathEnd) && ReadQuery(reading, text, pathEnd, queryEnd))
        {
            CheckPlaces(reading);
            ElementString.CheckAll(reading, today);
        }
    }

    private static (int Domain, int Path, int PathEnd, int QueryEnd) Parts(string text, int at)
    {
        var domain = text.IndexOf("//", at, StringComparison.Ordinal) + 2;
        var path = text.IndexOf('/', domain);
        if (path < 0)
        {
            return (domain, -1, -1, -1);
        }

        var fragment = text.IndexOf('#', path);
        var end = fragment < 0 ? text.Length : fragment;
        var query = text.IndexOf('?', path, end - path);
        return (domain, path, query < 0 ? end : query, end);
    }

    // Backwards pair by pair: …/AI/value. The first pair that is no application identifier ends the search.
    private static int KeyStart(string text, int path, int pathEnd)
    {
        var end = pathEnd;
        while (end > path)
        {
            var valueSlash = text.LastIndexOf('/', end - 1, end - path);
            if (valueSlash <= path)
            {
                return -1;
            }

            var aiSlash = text.LastIndexOf('/', valueSlash - 1, valueSlash - path);
            if (aiSlash < 0 || ApplicationIdentifiers.Find(text.AsSpan(aiSlash + 1, valueSlash - aiSlash - 1)) is not { } ai)
            {
                return -1;
            }

            if (ai.Qualifiers is not null)
            {
                return aiSlash;
            }

            end = aiSlash;
        }

        return -1;
    }

    private static bool ReadPath(UdiReading reading, string text, int at, int end)
    {
        while (at < end)
        {
            var valueSlash = text.IndexOf('/', at + 1);
            var ai = ApplicationIdentifiers.Find(text.AsSpan(at + 1, valueSlash - at - 1))!;
            var next = text.IndexOf('/', valueSlash + 1, end - valueSlash - 1);
            var valueEnd = next < 0 ? end : next;
            if (!Add(reading, ai, text, valueSlash + 1, valueEnd, plusIsSpace: false))
            {
                return false;
            }

            at = valueEnd;
        }

        reading.PathElements = reading.Span.Length;
        return true;
    }

    private static bool ReadQuery(UdiReading reading, string text, int at, int end)
    {
        while (at < end)
        {
            at++;
            var and = text.IndexOf('&', at, end - at);
            var stop = and < 0 ? end : and;
            var equals = text.IndexOf('=', at, stop - at);
            if (equals == at || (equals > at && CheckDigit.AreDigits(text.AsSpan(at, equals - at))))
            {
                if (ApplicationIdentifiers.Find(text.AsSpan(at, equals - at)) is not { } ai)
                {
                    Wrong(reading, at, $"({text[at..equals]}) in the query is no application identifier", $"查询部分的 ({text[at..equals]}) 不是应用标识符");
                    return false;
                }

                if (!Add(reading, ai, text, equals + 1, stop, plusIsSpace: true))
                {
                    return false;
                }
            }

            at = stop;
        }

        return true;
    }

    private static bool Add(UdiReading reading, ApplicationIdentifier ai, string text, int from, int end, bool plusIsSpace)
    {
        if (reading.Span.Length == ElementString.ElementsMax)
        {
            reading.Wrong(UdiFindings.TooLong, from, ElementString.Say(text.Length), ElementString.Say(ElementString.ElementsMax));
            return false;
        }

        if (from == end)
        {
            reading.Wrong(UdiFindings.Empty, from, "", ai.Code);
            return false;
        }

        var raw = text.AsSpan(from, end - from);
        UdiElement element;
        if (raw.IndexOfAny('%', plusIsSpace ? '+' : '%') < 0)
        {
            element = new UdiElement(ai.Code, text, from, raw.Length, ai);
        }
        else
        {
            var value = Unescape(raw, plusIsSpace);
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                if (plusIsSpace)
                {
                    Wrong(reading, from, "%00 in the query", "查询部分含有 %00");
                }
                else
                {
                    reading.Wrong(UdiFindings.InvalidCharacter, from, "%00", ai.Code);
                }

                return false;
            }

            element = new UdiElement(ai.Code, value, 0, value.Length, ai, from);
        }

        reading.Add(element);
        return ElementString.Fits(reading, element, from);
    }

    // Path: one of the key's sequences, gaps allowed. Query: only what may stand there, and nothing that belongs into the path.
    private static void CheckPlaces(UdiReading reading)
    {
        var path = reading.Span[..reading.PathElements];
        if (!IsSequence(path, []))
        {
            Wrong(reading, path[^1].Position, "the qualifiers in the path do not belong to the key, or not in this order", "路径中的限定符不属于该主键，或次序不对");
            return;
        }

        var all = reading.Span;
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (all[i].Key == all[j].Key)
                {
                    reading.Wrong(UdiFindings.DuplicateAi, all[i], all[i].Value, all[i].Key);
                    return;
                }
            }
        }

        foreach (ref readonly var element in all[reading.PathElements..])
        {
            if (!element.Ai!.IsQuery)
            {
                Wrong(reading, element.Position, $"({element.Key}) must not stand in the query", $"({element.Key}) 不得出现在查询部分");
                return;
            }

            if (IsSequence(path, element.Key))
            {
                Wrong(reading, element.Position, $"({element.Key}) belongs into the path", $"({element.Key}) 应位于路径中");
                return;
            }
        }
    }

    // Whether the path's qualifiers, with one more put in at its place, are a subsequence of one that the key allows.
    private static bool IsSequence(ReadOnlySpan<UdiElement> path, ReadOnlySpan<char> oneMore)
    {
        var key = path[0].Ai!;
        foreach (var sequence in key.QualifierSequences)
        {
            var (at, found) = (1, oneMore.IsEmpty);
            foreach (var qualifier in sequence)
            {
                if (at < path.Length && path[at].Key == qualifier)
                {
                    at++;
                }
                else if (oneMore.SequenceEqual(qualifier))
                {
                    found = true;
                }
            }

            if (at == path.Length && found)
            {
                return true;
            }
        }

        return false;
    }

    internal static string Unescape(ReadOnlySpan<char> raw, bool plusIsSpace)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%' && i + 2 < raw.Length && char.IsAsciiHexDigit(raw[i + 1]) && char.IsAsciiHexDigit(raw[i + 2]))
            {
                text.Append((char)byte.Parse(raw.Slice(i + 1, 2), System.Globalization.NumberStyles.HexNumber, null));
                i += 2;
            }
            else
            {
                text.Append(raw[i] == '+' && plusIsSpace ? ' ' : raw[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// The elements as a Digital Link: the first primary key among them, its qualifiers in order, the rest as query. Null where no key
    /// stands among them, or an element has no place in a URI.
    /// </summary>
    /// <param name="stem">Scheme and host, perhaps a path, without a slash at the end.</param>
    public static string? Write(IReadOnlyCollection<UdiElement> elements, string stem = CanonicalStem)
    {
        var key = elements.FirstOrDefault(e => e.Ai?.Qualifiers is not null);
        if (key.Key is null)
        {
            return null;
        }

        // Of alternative sequences, the one that holds the most of what is there.
        string[] none = [];
        var sequence = key.Ai!.QualifierSequences.MaxBy(s => s.Count(q => elements.Any(e => e.Key == q))) ?? none;
        var uri = new StringBuilder(stem).Append('/').Append(key.Key).Append('/').Append(Uri.EscapeDataString(key.Value));
        foreach (var qualifier in sequence)
        {
            if (elements.FirstOrDefault(e => e.Key == qualifier) is { Key: not null } element)
            {
                uri.Append('/').Append(element.Key).Append('/').Append(Uri.EscapeDataString(element.Value));
            }
        }

        var mark = '?';
        foreach (var element in elements.DistinctBy(e => e.Key))
        {
            if (element.Key == key.Key || sequence.Contains(element.Key))
            {
                continue;
            }

            if (element.Ai?.IsQuery != true)
            {
                return null;
            }

            uri.Append(mark).Append(element.Key).Append('=').Append(Uri.EscapeDataString(element.Value));
            mark = '&';
        }

        return uri.ToString();
    }

    private static void Wrong(UdiReading reading, int position, string why, string whyZh) => reading.WrongBecause(UdiFindings.DlSyntax, position, "", why, whyZh);
}
