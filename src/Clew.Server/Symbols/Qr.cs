using System.Globalization;
using Clew.Identification;
using Clew.Symbols;
using QRCoder;
using QRCoder.Exceptions;

namespace Clew.Server.Symbols;

/// <summary>QR Codes (ISO/IEC 18004), built by QRCoder and handed over as modules, so that they are drawn like every other symbol.</summary>
public static class Qr
{
    // Of the lightest correction a label loses too soon; a quarter more than medium would cost a size.
    private const QRCodeGenerator.ECCLevel Correction = QRCodeGenerator.ECCLevel.M;

    // What version 40 holds of bytes at this level.
    private const int BytesMax = 2331;

    // The library draws the quiet zone as modules.
    private const int Quiet = 4;

    /// <summary>The smallest symbol that carries the text.</summary>
    public static Reading<Symbol> Encode(string text)
    {
        if (text.Length == 0)
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.Empty, ""));
        }

        // Beyond Latin-1 the library would switch to another set by an extended channel, which few readers follow.
        if (text.FirstOrDefault(c => c > 255) is var foreign and not '\0')
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.Character, "", foreign.ToString(), "QR Code"));
        }

        try
        {
            using var built = QRCodeGenerator.GenerateQrCode(text, Correction);
            var width = built.ModuleMatrix.Count - (2 * Quiet);
            var modules = new bool[width * width];
            for (var y = 0; y < width; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    modules[(y * width) + x] = built.ModuleMatrix[y + Quiet][x + Quiet];
                }
            }

            return Reading<Symbol>.Of(new Symbol(Symbology.Qr, text, isGs1: false, width, modules, []));
        }
        catch (DataTooLongException)
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.TooLong, "", Visible.Of(text, 60), Say(text.Length), "QR Code 177×177", Say(BytesMax)));
        }
    }

    private static string Say(int number) => number.ToString(CultureInfo.InvariantCulture);
}
