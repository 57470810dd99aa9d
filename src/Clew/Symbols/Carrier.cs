using System.Globalization;
using Clew.Identification;
using Clew.Identification.Gs1;

namespace Clew.Symbols;

/// <summary>
/// An identifier as it goes onto a label: the symbol, and the lines for people under it. Stricter than reading: what has an error is not printed.
/// </summary>
/// <param name="Lines">What is printed for people beside the symbol (HRI): of GS1, one element a line.</param>
public sealed record Carrier(Symbol Symbol, UdiReading Reading, IReadOnlyList<string> Lines)
{
    /// <summary>Makes the carrier of an identifier in any syntax that <see cref="Udi"/> reads.</summary>
    /// <param name="today">Decides the century of two-digit years.</param>
    public static Reading<Carrier> Of(string text, Symbology symbology, DateOnly today, DataMatrixShape shape = DataMatrixShape.Square)
    {
        var reading = Udi.Read(text, new UdiOptions { Today = today });
        var wrong = reading.Diagnostics.Where(d => d.Kind.Severity == Severity.Error).ToList();
        if (wrong.Count > 0)
        {
            return Reading<Carrier>.Wrong([new Finding(SymbolFindings.NotPrintable, "", text), .. wrong.Select(d => d.At(d.Position.ToString(CultureInfo.InvariantCulture)))]);
        }

        var isGs1 = reading.Agency == Agency.Gs1 && reading.Elements.Count > 0;
        var data = isGs1 ? ElementString.Scanned(reading.Elements) : Canonical.Text(reading) ?? reading.Text;
        var encoded = symbology == Symbology.Code128 ? Code128.Encode(data, isGs1) : DataMatrix.Encode(data, isGs1, shape);
        return encoded.TryGet(out var symbol)
            ? Reading<Carrier>.Of(new Carrier(symbol, reading, isGs1 ? ElementString.HumanReadable(reading.Elements) : [Visible(data)]))
            : Reading<Carrier>.Wrong(encoded.Findings);
    }

    private static string Visible(string data) => string.Concat(data.Select(c => c < ' ' ? (char)(0x2400 + c) : c));
}
