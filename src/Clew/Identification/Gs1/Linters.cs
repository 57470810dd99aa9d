using System.Buffers;

namespace Clew.Identification.Gs1;

/// <summary>The tests that a stretch of a GS1 value may have to pass, named for what they ask.</summary>
public enum Lint
{
    /// <summary>The last digit is the modulo-10 check digit of the others.</summary>
    Mod10,

    /// <summary>The last two are the check character pair of the others.</summary>
    CheckPair,

    /// <summary>A GS1 company prefix at the start: digits at least.</summary>
    PrefixAtStart,

    /// <summary>A GS1 company prefix behind an indicator or extension digit.</summary>
    PrefixAtSecond,

    /// <summary>YYMMDD.</summary>
    Date,

    /// <summary>YYMMDD where a day of 00 means the month.</summary>
    DateOrMonth,

    /// <summary>YYYYMMDD.</summary>
    LongDate,

    /// <summary>HHMM.</summary>
    HourMinute,

    /// <summary>HH.</summary>
    Hour,

    /// <summary>MM of an hour.</summary>
    Minute,

    /// <summary>SS.</summary>
    Second,

    /// <summary>ISO 3166-1 numeric.</summary>
    Country,

    /// <summary>ISO 3166-1 numeric, or 999.</summary>
    CountryOr999,

    /// <summary>ISO 3166-1 alpha-2.</summary>
    CountryLetters,

    /// <summary>ISO 4217 numeric.</summary>
    Currency,

    /// <summary>ISO/IEC 5218.</summary>
    Sex,

    /// <summary>0, 1, or 9 (unknown) for how a roll is wound.</summary>
    Winding,

    /// <summary>0 or 1.</summary>
    YesNo,

    /// <summary>A minus sign behind a temperature.</summary>
    Hyphen,

    /// <summary>Ten digits, 90° south to 90° north.</summary>
    Latitude,

    /// <summary>Ten digits, once around.</summary>
    Longitude,

    /// <summary>The importer index of the EU's tobacco and device rules.</summary>
    ImporterIndex,

    /// <summary>UN/CEFACT package type.</summary>
    PackageType,

    /// <summary>ICCBBA's AIDC media type.</summary>
    MediaType,

    /// <summary>2/3: second of three.</summary>
    PlaceInSequence,

    /// <summary>Not all zeros.</summary>
    NonZero,

    /// <summary>All zeros.</summary>
    Zero,

    /// <summary>No zero in front.</summary>
    NoLeadingZero,

    /// <summary>PPTT: the piece within the total.</summary>
    PieceOfTotal,

    /// <summary>International bank account number.</summary>
    Iban,

    /// <summary>Percent signs escape something.</summary>
    PercentEncoded,

    /// <summary>Not digits only.</summary>
    NonDigit,

    /// <summary>North American coupon: digits; its inner structure is not judged.</summary>
    Coupon,
}

/// <summary>What a test found: which sort, where in the value, and what should stand there.</summary>
internal readonly record struct Flaw(FindingKind Kind, int At, int Length, string Extra = "");

internal static class Linters
{
    // The shortest company prefix that GS1 gives out has 4 digits.
    private const int PrefixMin = 4;

    private static readonly SearchValues<char> Set82 = SearchValues.Create(CheckCharacters.Set82);
    private static readonly SearchValues<char> Set39 = SearchValues.Create("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly SearchValues<char> Set64 = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    public static Flaw? Foreign(Alphabet alphabet, ReadOnlySpan<char> value)
    {
        var at = alphabet switch
        {
            Alphabet.Digits => value.IndexOfAnyExceptInRange('0', '9'),
            Alphabet.Set82 => value.IndexOfAnyExcept(Set82),
            Alphabet.Set39 => value.IndexOfAnyExcept(Set39),
            _ => ForeignToBase64(value),
        };
        return at < 0 ? null : new Flaw(UdiFindings.InvalidCharacter, at, 1);
    }

    public static Flaw? Check(Lint lint, ReadOnlySpan<char> value, DateOnly today) => lint switch
    {
        Lint.Mod10 => CheckDigit.IsRight(value) ? null : new(UdiFindings.CheckDigit, value.Length - 1, 1, CheckDigit.Of(value[..^1]).ToString()),
        Lint.CheckPair => Pair(value),
        Lint.PrefixAtStart => Prefix(value, 0),
        Lint.PrefixAtSecond => Prefix(value, 1),
        Lint.Date => If(UdiDate.Short(value, today, zeroDay: false) is not null, UdiFindings.Date, value),
        Lint.DateOrMonth => If(UdiDate.Short(value, today, zeroDay: true) is not null, UdiFindings.Date, value),
        Lint.LongDate => If(UdiDate.Long(value) is not null, UdiFindings.Date, value),
        Lint.HourMinute => If(value.Length == 4 && UdiDate.Two(value, 0) < 24 && UdiDate.Two(value, 2) < 60, UdiFindings.Date, value),
        Lint.Hour => If(value.Length == 2 && UdiDate.Two(value, 0) < 24, UdiFindings.Date, value),
        Lint.Minute or Lint.Second => If(value.Length == 2 && UdiDate.Two(value, 0) < 60, UdiFindings.Date, value),
        Lint.Country => If(CodeLists.Has(CodeLists.CountryNumbers, value), UdiFindings.CodeList, value, "ISO 3166"),
        Lint.CountryOr999 => If(value is "999" || CodeLists.Has(CodeLists.CountryNumbers, value), UdiFindings.CodeList, value, "ISO 3166"),
        Lint.CountryLetters => If(CodeLists.Has(CodeLists.CountryLetters, value), UdiFindings.CodeList, value, "ISO 3166"),
        Lint.Currency => If(CodeLists.Has(CodeLists.Currencies, value), UdiFindings.CodeList, value, "ISO 4217"),
        Lint.Sex => If(value is "0" or "1" or "2" or "9", UdiFindings.CodeList, value, "ISO/IEC 5218"),
        Lint.Winding => If(value is "0" or "1" or "9", UdiFindings.CodeList, value, "0, 1, 9"),
        Lint.YesNo => If(value is "0" or "1", UdiFindings.CodeList, value, "0, 1"),
        Lint.PackageType => If(CodeLists.Has(CodeLists.Packages, value), UdiFindings.CodeList, value, "UN/CEFACT Rec. 21"),
        Lint.MediaType => If(value.Length == 2 && UdiDate.Two(value, 0) is (>= 1 and <= 10) or (>= 80 and <= 99), UdiFindings.CodeList, value, "ICCBBA AIDC"),
        Lint.ImporterIndex => If(value.Length == 1 && Set64.Contains(value[0]), UdiFindings.InvalidCharacter, value),
        Lint.Hyphen => If(value.IndexOfAnyExcept('-') < 0, UdiFindings.InvalidCharacter, value),
        Lint.Latitude => If(value.CompareTo("1800000000", StringComparison.Ordinal) <= 0, UdiFindings.Range, value),
        Lint.Longitude => If(value.CompareTo("3600000000", StringComparison.Ordinal) <= 0, UdiFindings.Range, value),
        Lint.PlaceInSequence => Place(value),
        Lint.NonZero => If(value.IndexOfAnyExcept('0') >= 0, UdiFindings.ZeroRule, value, "> 0"),
        Lint.Zero => If(value.IndexOfAnyExcept('0') < 0, UdiFindings.ZeroRule, value, "= 0"),
        Lint.NoLeadingZero => If(value[0] != '0', UdiFindings.ZeroRule, value, "≠ 0…"),
        Lint.PieceOfTotal => If(value.Length == 4 && UdiDate.Two(value, 0) > 0 && UdiDate.Two(value, 0) <= UdiDate.Two(value, 2), UdiFindings.PieceOfTotal, value),
        Lint.Iban => Iban(value),
        Lint.PercentEncoded => Percent(value),
        Lint.NonDigit => If(!CheckDigit.AreDigits(value), UdiFindings.InvalidCharacter, value),
        Lint.Coupon => Foreign(Alphabet.Digits, value) ?? new(UdiFindings.NotChecked, 0, value.Length),
        _ => throw new ArgumentOutOfRangeException(nameof(lint)),
    };

    private static Flaw? If(bool right, FindingKind kind, ReadOnlySpan<char> value, string extra = "") =>
        right ? null : new Flaw(kind, 0, value.Length, extra);

    private static int ForeignToBase64(ReadOnlySpan<char> value)
    {
        var data = value.TrimEnd('=');
        var pads = value.Length - data.Length;
        var at = data.IndexOfAnyExcept(Set64);
        return at >= 0 ? at : pads > 2 || (pads > 0 && value.Length % 3 != 0) ? data.Length : -1;
    }

    private static Flaw? Pair(ReadOnlySpan<char> value)
    {
        var pair = value.Length < 3 ? null : CheckCharacters.Pair(value[..^2]);
        return pair is not null && value.EndsWith(pair, StringComparison.Ordinal) ? null
            : new Flaw(UdiFindings.CheckCharacters, Math.Max(0, value.Length - 2), Math.Min(2, value.Length), pair ?? "?");
    }

    private static Flaw? Prefix(ReadOnlySpan<char> value, int from) =>
        value.Length < from + PrefixMin || !CheckDigit.AreDigits(value.Slice(from, PrefixMin))
            ? new Flaw(UdiFindings.Gcp, Math.Min(from, value.Length - 1), Math.Max(1, Math.Min(PrefixMin, value.Length - from)))
            : null;

    private static Flaw? Place(ReadOnlySpan<char> value)
    {
        var slash = value.IndexOf('/');
        if (slash < 1 || !CheckDigit.AreDigits(value[..slash]) || !CheckDigit.AreDigits(value[(slash + 1)..]))
        {
            return new Flaw(UdiFindings.Range, 0, value.Length);
        }

        var place = value[..slash];
        var end = value[(slash + 1)..];
        return place[0] == '0' || end[0] == '0' ? new Flaw(UdiFindings.ZeroRule, 0, value.Length, "≠ 0…")
            : place.Length > end.Length || (place.Length == end.Length && place.CompareTo(end, StringComparison.Ordinal) > 0) ? new Flaw(UdiFindings.Range, 0, value.Length)
            : null;
    }

    private static Flaw? Percent(ReadOnlySpan<char> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                continue;
            }

            if (i + 2 >= value.Length || !char.IsAsciiHexDigit(value[i + 1]) || !char.IsAsciiHexDigit(value[i + 2]))
            {
                return new Flaw(UdiFindings.PercentEncoding, i, Math.Min(3, value.Length - i));
            }

            i += 2;
        }

        return null;
    }

    // ISO 13616: country, two check digits, account; the whole turned by four is 1 modulo 97. 10 characters and fewer are too short.
    private static Flaw? Iban(ReadOnlySpan<char> value)
    {
        if (value.Length < 4)
        {
            return new Flaw(UdiFindings.Length, 0, value.Length, "11–34");
        }

        if (!CodeLists.Has(CodeLists.CountryLetters, value[..2]))
        {
            return new Flaw(UdiFindings.CodeList, 0, 2, "ISO 3166");
        }

        if (value.Length is <= 10 or > 34)
        {
            return new Flaw(UdiFindings.Length, 0, value.Length, "11–34");
        }

        var rest = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var at = (i + 4) % value.Length;
            var c = value[at];
            if (!char.IsAsciiDigit(c) && !char.IsAsciiLetterUpper(c))
            {
                return new Flaw(UdiFindings.Iban, at, 1);
            }

            rest = char.IsAsciiDigit(c) ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97;
        }

        return rest == 1 ? null : new Flaw(UdiFindings.CheckCharacters, 2, 2, "?");
    }
}
