using Clew.Identification;
using Clew.Identification.Gs1;

namespace Clew.Tests.Identification;

/// <summary>From every row of the table a good value and several bad ones are made; each is read for what it is, printed and scanned.</summary>
public sealed class EveryApplicationIdentifier
{
    private static readonly UdiOptions Options = new() { Today = new DateOnly(2026, 11, 23) };

    public static TheoryData<string> Codes() => [.. ApplicationIdentifiers.All.Select(a => a.Code)];

    [Theory]
    [MemberData(nameof(Codes), DisableDiscoveryEnumeration = true)]
    public void Takes_what_it_may_hold_and_nothing_else(string code)
    {
        var ai = ApplicationIdentifiers.Find(code)!;
        var good = string.Concat(ai.Components.Select(Sample));
        foreach (var text in new[] { $"({code}){good}", $"]d2{code}{good}" })
        {
            var reading = Udi.Read(text, Options);
            reading.IsWellFormed.ShouldBeTrue($"{text}: {string.Join("; ", reading.Diagnostics)}");
            reading.Elements.ShouldHaveSingleItem().ToString().ShouldBe($"({code}){good}");
        }

        List<string> bad = [$"({code})", $"({code}){good[..^1]}`", $"({code}){good.PadRight(ai.LengthMax, '1')}1", $"]d2{code}{good[..^1]}`"];
        if (ai.LengthMin > 1)
        {
            bad.Add($"({code}){good[..(ai.LengthMin - 1)]}");
        }

        if (Array.FindIndex(ai.Components, c => c.Lints.Contains(Lint.Mod10)) is >= 0 and var key)
        {
            var at = ai.Components[..(key + 1)].Sum(c => c.Most) - 1;
            bad.Add($"({code}){good[..at]}{(char)('0' + ((good[at] - '0' + 1) % 10))}{good[(at + 1)..]}");
        }

        foreach (var text in bad)
        {
            Udi.Read(text, Options).IsWellFormed.ShouldBeFalse(text);
        }
    }

    private static string Sample(Component c)
    {
        var length = c.Least == c.Most ? c.Most : Math.Min(c.Most, 12);
        foreach (var lint in c.Lints)
        {
            switch (lint)
            {
                case Lint.Mod10:
                    var body = "69012345678901234567890"[..(c.Most - 1)];
                    return body + CheckDigit.Of(body);
                case Lint.CheckPair: return "1987654Ad4X4bL5ttr2310c2K";
                case Lint.PrefixAtStart: return "6901234-1"[..Math.Min(9, c.Most)];
                case Lint.Date: return "261123";
                case Lint.DateOrMonth: return "261100";
                case Lint.LongDate: return "20261123";
                case Lint.HourMinute: return "2359";
                case Lint.Hour: return "23";
                case Lint.Minute or Lint.Second: return "59";
                case Lint.Country or Lint.Currency: return "156";
                case Lint.CountryOr999: return "999";
                case Lint.CountryLetters: return "CN";
                case Lint.Sex or Lint.YesNo: return "1";
                case Lint.Winding: return "9";
                case Lint.Coupon: return "0123456789";
                case Lint.Hyphen: return "-";
                case Lint.Latitude: return "1800000000";
                case Lint.Longitude: return "3600000000";
                case Lint.PackageType: return "BX";
                case Lint.MediaType: return "10";
                case Lint.PlaceInSequence: return "1/2";
                case Lint.Zero: return new string('0', c.Most);
                case Lint.PieceOfTotal: return "0102";
                case Lint.Iban: return "DE89370400440532013000";
                case Lint.PercentEncoded: return "a%20b";
                default: break;
            }
        }

        return new string(c.Alphabet == Alphabet.Digits ? '1' : 'A', length);
    }
}
