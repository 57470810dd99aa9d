using Clew.Server.Symbols;
using Clew.Symbols;

namespace Clew.Server.Identification;

/// <summary>The card of test symbols by which a scanner is tried: what each holds, and how it is drawn.</summary>
/// <param name="Aim">AIM's identifier of it.</param>
/// <param name="Holds">Its data; GS where FNC1 parts two elements.</param>
public sealed record CardSymbol(string Word, string Aim, string Holds, Symbol Symbol)
{
    // Both cases and the signs that keyboard layouts move, so that a wrong layout shows.
    private const string Gs1 = "010690123456789210Lot-7/Z\u001d21aQ_Y+1";

    // The check character of this HIBC symbol is a blank: who trims loses it.
    private const string Hibc = "+A123AA40 ";

    // The same thing as a web address, with what keyboard layouts move most: slashes, a colon, a percent sign, a question mark.
    private const string Link = "https://id.gs1.org/01/06901234567892/10/Lot-7%2FZ/21/aQ_Y%2B1?17=291031";

    /// <summary>The card.</summary>
    public static IReadOnlyList<CardSymbol> Card { get; } =
    [
        new("GS1 DataMatrix", "]d2", Gs1, DataMatrix.Encode(Gs1, isGs1: true).Value),
        new("GS1-128", "]C1", Gs1, Code128.Encode(Gs1, isGs1: true).Value),
        new("Code 128 (HIBC)", "]C0", Hibc, Code128.Encode(Hibc).Value),
        new("QR (GS1 Digital Link)", "]Q1", Link, Qr.Encode(Link).Value),
    ];
}
