using Clew.Identification.Gs1;

namespace Clew.Tests.Identification;

/// <summary>Our table against the published syntax dictionary, row by row, where that lies beside the checkout; and the table by itself.</summary>
public sealed class ApplicationIdentifierTable
{
    private static readonly Dictionary<string, Lint> Lints = new()
    {
        ["csum"] = Lint.Mod10,
        ["csumalpha"] = Lint.CheckPair,
        ["gcppos1"] = Lint.PrefixAtStart,
        ["gcppos2"] = Lint.PrefixAtSecond,
        ["yymmdd"] = Lint.Date,
        ["yymmd0"] = Lint.DateOrMonth,
        ["yyyymmdd"] = Lint.LongDate,
        ["hhmi"] = Lint.HourMinute,
        ["hh"] = Lint.Hour,
        ["mi"] = Lint.Minute,
        ["ss"] = Lint.Second,
        ["iso3166"] = Lint.Country,
        ["iso3166999"] = Lint.CountryOr999,
        ["iso3166alpha2"] = Lint.CountryLetters,
        ["iso4217"] = Lint.Currency,
        ["iso5218"] = Lint.Sex,
        ["pcenc"] = Lint.PercentEncoded,
        ["yesno"] = Lint.YesNo,
        ["hyphen"] = Lint.Hyphen,
        ["latitude"] = Lint.Latitude,
        ["longitude"] = Lint.Longitude,
        ["importeridx"] = Lint.ImporterIndex,
        ["packagetype"] = Lint.PackageType,
        ["mediatype"] = Lint.MediaType,
        ["posinseqslash"] = Lint.PlaceInSequence,
        ["nonzero"] = Lint.NonZero,
        ["winding"] = Lint.Winding,
        ["zero"] = Lint.Zero,
        ["pieceoftotal"] = Lint.PieceOfTotal,
        ["iban"] = Lint.Iban,
        ["nozeroprefix"] = Lint.NoLeadingZero,
        ["hasnondigit"] = Lint.NonDigit,
        ["couponcode"] = Lint.Coupon,
        ["couponposoffer"] = Lint.Coupon,
    };

    [Fact]
    public void The_table_says_what_the_published_dictionary_says()
    {
        Assert.SkipWhen(Vectors.Folder is null, "skipped: ../shared/data/udi is not beside this checkout");
        var rows = 0;
        foreach (var line in File.ReadLines(Path.Combine(Vectors.Folder!.FullName, "gs1-syntax-dictionary-2026-01-27.txt")).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var halves = line.Split(" # ", 2);
            var words = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
            var row = Array.Find(ApplicationIdentifiers.Table, r => r.Code == words[0]).ShouldNotBeNull($"({words[0]}) is missing");
            var flags = words[1].All(c => c is '*' or '?') ? words[1] : "";
            row.IsFixed.ShouldBe(flags.Contains('*'), row.Code);
            row.IsQuery.ShouldBe(flags.Contains('?'), row.Code);
            row.Title.ShouldBe(halves.Length > 1 ? halves[1].Trim() : "", row.Code);
            var spec = words.Skip(1).Where(w => w.TrimStart('[') is ['N' or 'X' or 'Y' or 'Z', '.' or (>= '0' and <= '9'), ..]).Select(Component).ToArray();
            row.Components.Select(Shown).ShouldBe(spec, row.Code);
            string All(string name) => string.Join(" & ", words.Where(w => w.StartsWith(name + "=", StringComparison.Ordinal)).Select(w => w[(name.Length + 1)..]));
            row.Needs.ShouldBe(All("req").Replace(',', '|'), row.Code);
            row.Excludes.ShouldBe(All("ex").Replace(',', ' '), row.Code);
            row.Qualifiers.ShouldBe(words.Contains("dlpkey") ? "" : All("dlpkey") is { Length: > 0 } keys ? keys.Replace(',', ' ') : null, row.Code);
            rows++;
        }

        ApplicationIdentifiers.Table.Length.ShouldBe(rows);

        static string Component(string word)
        {
            var parts = word.Trim('[', ']').Split(',');
            var to = parts[0].Contains("..", StringComparison.Ordinal);
            var most = parts[0][(to ? 3 : 1)..].TrimEnd(']');
            var alphabet = parts[0][0] switch { 'N' => Alphabet.Digits, 'X' => Alphabet.Set82, 'Y' => Alphabet.Set39, _ => Alphabet.Set64 };
            return $"{alphabet} {(to ? "1" : most)}–{most}{(word[0] == '[' ? "?" : "")} {string.Join(' ', parts[1..].Select(l => Lints[l.TrimEnd(']')]))}";
        }

        static string Shown(Component c) => $"{c.Alphabet} {c.Least}–{c.Most}{(c.IsOptional ? "?" : "")} {string.Join(' ', c.Lints)}";
    }

    [Fact]
    public void No_code_starts_another_and_every_companion_exists()
    {
        var all = ApplicationIdentifiers.All.ToList();
        all.Count.ShouldBeGreaterThan(500);
        foreach (var ai in all)
        {
            ApplicationIdentifiers.At(ai.Code + "0").ShouldBe(ai);
            foreach (var companion in (ai.Needs + " " + ai.Excludes).Split([' ', '|', '+', '&'], StringSplitOptions.RemoveEmptyEntries))
            {
                all.Exists(a => a.Code.Length == companion.Length && a.Code.Zip(companion).All(c => c.First == c.Second || c.Second == 'n')).ShouldBeTrue($"({ai.Code}) names ({companion})");
            }
        }
    }
}
