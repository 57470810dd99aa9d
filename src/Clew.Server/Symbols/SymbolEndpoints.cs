using System.Text;
using Clew.Access;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Web;
using Clew.Symbols;

namespace Clew.Server.Symbols;

/// <summary>Symbols over HTTP, for those who lay out labels of their own.</summary>
public static class SymbolEndpoints
{
    /// <summary>A form in which a symbol is handed over.</summary>
    private enum Form
    {
        Svg,
        Png,
        Zpl,
    }

    private static readonly Dictionary<string, (Symbology Symbology, DataMatrixShape Shape)> Symbologies = new(StringComparer.Ordinal)
    {
        ["dataMatrix"] = (Symbology.DataMatrix, DataMatrixShape.Square),
        ["dataMatrixRectangle"] = (Symbology.DataMatrix, DataMatrixShape.Rectangle),
        ["code128"] = (Symbology.Code128, DataMatrixShape.Square),
        ["qr"] = (Symbology.Qr, DataMatrixShape.Square),
    };

    private static readonly Dictionary<string, Form> Forms = new(StringComparer.Ordinal) { ["svg"] = Form.Svg, ["png"] = Form.Png, ["zpl"] = Form.Zpl };

    // What scanners and printers can do, in thousandths of a millimetre, with what a label usually has.
    private const int ModuleMin = 100;
    private const int ModuleMax = 2_000;
    private const int ModuleUsual = 500;
    private const int BarHeight = 15;

    // 203, 300 and 600 dpi, and what lies around them.
    private const int DotsMin = 4;
    private const int DotsMax = 48;
    private const int DotsUsual = 12;

    /// <summary>Adds the endpoint.</summary>
    public static void MapSymbols(this IEndpointRouteBuilder app) =>
        app.MapGet("/symbol", Draw).RequireDeed(Deed.Label).Data<byte[]>("Symbol", "An identifier of any agency as a symbol: SVG, PNG or ZPL. What has an error is not drawn.").Asks(
            new Asked("text", "The identifier, in any syntax that is read here."),
            new Asked("symbology", "dataMatrix (usual), dataMatrixRectangle, code128 or qr; a QR code of GS1 carries the Digital Link."),
            new Asked("form", "svg (usual), png or zpl."),
            new Asked("module", "Width of a module in thousandths of a millimetre; 500 unless given."),
            new Asked("dotsPerMm", "Of PNG and ZPL: 8 of a printer with 203 dpi, 12 with 300, 24 with 600; 12 unless given."));

    private static async Task Draw(HttpContext context, TimeProvider clock)
    {
        var question = new Question(context, "text", "symbology", "form", "module", "dotsPerMm");
        var text = question.Text("text");
        if (text is null)
        {
            question.Wrong("text", "", "(01)06901234567892(21)A1");
        }

        var (symbology, shape) = question.Word("symbology", Symbologies) ?? (Symbology.DataMatrix, DataMatrixShape.Square);
        var form = question.Word("form", Forms) ?? Form.Svg;
        var module = (question.Number("module", ModuleMin, ModuleMax) ?? ModuleUsual) / 1000m;
        var dotsPerMm = question.Number("dotsPerMm", DotsMin, DotsMax) ?? DotsUsual;
        if (await question.IsRefused(context))
        {
            return;
        }

        var carrier = Carrier.Of(text!, symbology, DateOnly.FromDateTime(clock.GetLocalNow().DateTime), shape, Qr.Encode);
        if (!carrier.TryGet(out var carried))
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, [.. carrier.Findings.Select(f => f with { Path = "?text" })]);
            return;
        }

        var (symbol, dots, bars) = (carried.Symbol, Math.Max(1, (int)Math.Round(module * dotsPerMm)), (int)(BarHeight * dotsPerMm));
        context.Response.Headers.CacheControl = "no-store";
        (context.Response.ContentType, var bytes) = form switch
        {
            Form.Svg => ("image/svg+xml", Encoding.UTF8.GetBytes(Svg.Of(symbol, module, BarHeight))),
            Form.Png => ("image/png", Png.Of(symbol, dots, bars)),
            _ => ("application/zpl; charset=utf-8", Encoding.UTF8.GetBytes(Zpl.Of(symbol, 0, 0, dots, bars))),
        };
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}
