using System.Globalization;
using Clew.Identification;
using Clew.Identification.Gs1;

namespace Clew.Symbols;

/// <summary>
/// An identifier as it goes onto a label: the symbol, and the lines for people under it. Stricter than reading: what has an error is not printed.
/// </summary>
/// <param name="Lines">What is printed for people beside the symbol (HRI).</param>
public sealed record Carrier(Symbol Symbol, UdiReading Reading, IReadOnlyList<string> Lines)
{
    /// <summary>Makes the carrier of an identifier in any syntax that <see cref="Udi"/> reads, or of our own canonical name of one.</summary>
    /// <param name="today">Decides the century of two-digit years.</param>
    /// <param name="qr">Builds QR codes; the kernel has no such builder of its own.</param>
    public static Reading<Carrier> Of(string text, Symbology symbology, DateOnly today, DataMatrixShape shape = DataMatrixShape.Square, Func<string, Reading<Symbol>>? qr = null)
    {
        if (Identity.Read(text) is { IsRead: true } named && named.Value.Text == text)
        {
            if (Canonical.Carried(named.Value) is not { } carried)
            {
                return Reading<Carrier>.Wrong(new Finding(SymbolFindings.None, "", text));
            }

            text = carried;
        }

        var reading = Udi.Read(text, new UdiOptions { Today = today });
        var wrong = reading.Diagnostics.Where(d => d.Kind.Severity == Severity.Error).ToList();
        if (wrong.Count > 0)
        {
            return Reading<Carrier>.Wrong([new Finding(SymbolFindings.NotPrintable, "", text), .. wrong.Select(d => d.At(d.Position.ToString(CultureInfo.InvariantCulture)))]);
        }

        var isGs1 = reading.Agency == Agency.Gs1 && reading.Elements.Count > 0;
        var plain = Canonical.Text(reading) ?? reading.Text;
        Reading<Symbol> encoded;
        if (symbology == Symbology.Qr)
        {
            // A telephone opens it, a scanner reads it: of GS1 the web address, and no element string behind an FNC1 that few readers know.
            if ((isGs1 ? DigitalLink.Write(reading.Elements) : plain) is not { } link)
            {
                return Reading<Carrier>.Wrong(new Finding(SymbolFindings.NoLink, "", text));
            }

            encoded = (qr ?? throw new ArgumentNullException(nameof(qr)))(link);
        }
        else
        {
            var data = isGs1 ? ElementString.Scanned(reading.Elements) : plain;
            encoded = symbology == Symbology.Code128 ? Code128.Encode(data, isGs1) : DataMatrix.Encode(data, isGs1, shape);
        }

        return encoded.TryGet(out var symbol)
            ? Reading<Carrier>.Of(new Carrier(symbol, reading, Canonical.HumanReadable(reading)))
            : Reading<Carrier>.Wrong(encoded.Findings);
    }
}
