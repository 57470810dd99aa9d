using Clew.Symbols;

namespace Clew.Labels;

/// <summary>Where everything stands on a label, in millimetres.</summary>
/// <param name="Module">The width of a module: of logistic labels half a millimetre (GS1 General Specifications, symbol specification table 5: 0.495 and more).</param>
/// <param name="BarHeight">Of bars; 32 on logistic labels (the same table: 31.75 and more).</param>
/// <param name="TextX">Where the lines for people begin.</param>
/// <param name="Line">From line to line.</param>
public sealed record LabelTemplate(string Word, string En, string Zh, decimal Width, decimal Height, Symbology Symbology, decimal Module, decimal BarHeight, decimal TextX, decimal TextY, decimal Line)
{
    /// <summary>Between the edge and anything printed.</summary>
    public const decimal Margin = 3;

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All templates (TABLE).</summary>
    public static IReadOnlyList<LabelTemplate> All { get; } =
    [
        //                                                                mm wide, high                      module  bars  text x    y  line
        new("device",     "Device",                    "器械标签",              60,  30, Symbology.DataMatrix, 0.5m,    0,   20,   5,   3),
        new("deviceLink", "Device with web address",   "器械标签（网址二维码）", 60,  30, Symbology.Qr,         0.5m,    0,   27,   5,   3),
        new("case",       "Case",                      "箱标签",               100,  50, Symbology.DataMatrix, 0.75m,   0,   32,   8,   5),
        new("caseLink",   "Case with web address",     "箱标签（网址二维码）",  100,  50, Symbology.Qr,         0.75m,   0,   38,   8,   5),
        new("pallet",     "Pallet",                    "托盘标签",             105, 148, Symbology.Code128,    0.5m,   32,    8,  50,   8),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>The template of this word, or nothing.</summary>
    public static LabelTemplate? Find(string? word) => All.FirstOrDefault(t => t.Word == word);
}
