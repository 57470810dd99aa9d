using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Identification;

namespace Clew.Tests.Capture;

/// <summary>
/// Facts in the words of the trade, one a line: <c>#id day[.minute] word items… key value…</c>, such as
/// <c>#a 3 shipped P1 P2 at plant to ward</c> or <c>5 componentFitted B1 cell:L7*3 in P1</c>.
/// </summary>
/// <remarks>
/// P, B, C, I, V and a number: a pump, battery pack, cell, implant, ventilator. K and a number: a case. <c>cell:L7*3</c>: three of a
/// lot of cells. Keys: in at from to lot outcome case lots serials products suppliers corrects cert expires inputs; the word "intended".
/// </remarks>
internal static class Tale
{
    private static readonly Dictionary<string, string> Products = new(StringComparer.Ordinal)
    {
        ["pump"] = Gtin("0690123456701"),
        ["battery"] = Gtin("0690123456702"),
        ["cell"] = Gtin("0690123456703"),
        ["implant"] = Gtin("0690123456704"),
        ["ventilator"] = Gtin("0690123456705"),
    };

    private static readonly Dictionary<char, string> ByLetter = new() { ['P'] = "pump", ['B'] = "battery", ['C'] = "cell", ['I'] = "implant", ['V'] = "ventilator" };

    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal) { ["plant"] = "690123400101", ["dealer"] = "690123400102", ["ward"] = "690123400103", ["clinic"] = "690123400104", ["nowhere"] = "690123400199" };

    private static readonly Dictionary<string, string> Parties = new(StringComparer.Ordinal) { ["maker"] = "690123400001", ["dealers"] = "690123400002", ["hospital"] = "690123400003", ["cells"] = "690123400004" };

    private static readonly string[] Keys = ["in", "at", "from", "to", "lot", "outcome", "case", "lots", "serials", "products", "suppliers", "corrects", "cert", "expires", "inputs"];

    /// <summary>The company: four parties, four places, five products; a pump must have a battery, a ventilator a certificate.</summary>
    public static string[] Company { get; } =
    [
        Describes("party", Name("maker"), "\"role\":\"manufacturer\""), Describes("party", Name("dealers"), "\"role\":\"distributor\""),
        Describes("party", Name("hospital"), "\"role\":\"user\""), Describes("party", Name("cells"), "\"role\":\"supplier\""),
        Describes("place", Name("plant"), $"\"owner\":\"{Name("maker")}\""), Describes("place", Name("dealer"), $"\"owner\":\"{Name("dealers")}\""),
        Describes("place", Name("ward"), $"\"owner\":\"{Name("hospital")}\""), Describes("place", Name("clinic"), $"\"owner\":\"{Name("hospital")}\""),
        Describes("product", Name("pump"), $"\"isDevice\":true,\"components\":[\"{Name("battery")}\"]"), Describes("product", Name("battery"), "\"isDevice\":false"),
        Describes("product", Name("cell"), $"\"isDevice\":false,\"maker\":\"{Name("cells")}\""), Describes("product", Name("implant"), "\"isDevice\":true"), Describes("product", Name("ventilator"), "\"isDevice\":true,\"needsCertificate\":true"),
    ];

    /// <summary>The canonical text of a name.</summary>
    public static string Name(string word)
    {
        if (Products.TryGetValue(word, out var product))
        {
            return product;
        }

        if (Places.TryGetValue(word, out var place))
        {
            return "gs1:414/" + Checked(place);
        }

        if (Parties.TryGetValue(word, out var party))
        {
            return "gs1:417/" + Checked(party);
        }

        if (word.Split(':') is [var kind, var lot])
        {
            return $"{Products[kind]}/10/{lot}";
        }

        return word[0] == 'K'
            ? "gs1:00/" + Checked("069012340" + (1000 + int.Parse(word[1..], CultureInfo.InvariantCulture)).ToString("D8", CultureInfo.InvariantCulture))
            : $"{Products[ByLetter[word[0]]]}/21/{word}";
    }

    /// <summary>A line as our JSON.</summary>
    public static string Json(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = 0;
        var fact = new JsonObject();
        if (words[0][0] == '#')
        {
            fact["id"] = words[at++][1..];
        }

        var day = words[at++].Split('.');
        fact["happened"] = new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero)
            .AddDays(int.Parse(day[0], CultureInfo.InvariantCulture)).AddMinutes(day.Length > 1 ? int.Parse(day[1], CultureInfo.InvariantCulture) : 0).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        fact["kind"] = words[at++];
        var items = Take(words, ref at);
        if (items.Count > 0)
        {
            fact["items"] = Quantified(items);
        }

        while (at < words.Length)
        {
            var key = words[at++];
            if (key == "intended")
            {
                fact["mode"] = "intended";
                continue;
            }

            Set(fact, key, Take(words, ref at));
        }

        return fact.ToJsonString();
    }

    private static void Set(JsonObject fact, string key, List<string> values)
    {
        JsonArray Names() => [.. values.Select(v => (JsonNode)Name(v))];
        switch (key)
        {
            case "in": fact["parent"] = Name(values[0]); break;
            case "at": fact["place"] = Name(values[0]); break;
            case "from" or "to": fact[key] = Name(values[0]); break;
            case "inputs": fact["inputs"] = Quantified(values); break;
            case "lots" or "serials" or "products" or "suppliers":
                var criterion = (JsonObject)(fact["criterion"] ??= new JsonObject());
                criterion[key] = Names();
                break;
            case "corrects": fact["corrects"] = new JsonObject { ["id"] = values[0], ["reason"] = "didNotOccur" }; break;
            case "cert": fact["certificate"] = new JsonObject { ["number"] = values[0], ["sha256"] = new string('a', 64) }; break;
            default: fact[key] = values[0]; break;
        }
    }

    private static JsonArray Quantified(List<string> items) => [.. items.Select(i => i.Split('*') is [var lot, var quantity]
        ? new JsonObject { ["item"] = Name(lot), ["quantity"] = decimal.Parse(quantity, CultureInfo.InvariantCulture) }
        : (JsonNode)Name(i))];

    private static List<string> Take(string[] words, ref int at)
    {
        var taken = new List<string>();
        while (at < words.Length && words[at] != "intended" && Array.IndexOf(Keys, words[at]) < 0)
        {
            taken.Add(words[at++]);
        }

        return taken;
    }

    private static string Describes(string what, string subject, string more) =>
        $$"""{"kind":"{{what}}Described","happened":"2025-01-01T00:00:00Z","describes":{"subject":"{{subject}}","nameEn":"{{subject[^4..]}}","nameZh":"{{subject[^4..]}}",{{more}} } }""";

    private static string Gtin(string digits) => "gs1:01/" + Checked(digits);

    // GS1 General Specifications 7.9: weights 3 and 1 from the right.
    private static string Checked(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            sum += (digits[^(i + 1)] - '0') * (i % 2 == 0 ? 3 : 1);
        }

        return digits + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }
}
