using System.Globalization;
using System.Text;

namespace Clew.Symbols;

/// <summary>Symbols as SVG: whole modules, the quiet zone inside the picture, nothing that needs a font or a script.</summary>
public static class Svg
{
    /// <summary>A picture of its own.</summary>
    /// <param name="module">The width of a module in millimetres.</param>
    /// <param name="barHeight">The height of bars in millimetres; two-dimensional symbols have their own.</param>
    public static string Of(Symbol symbol, decimal module, decimal barHeight = 15)
    {
        var height = symbol.Height == 1 ? barHeight / module : symbol.Height + (2 * symbol.QuietY);
        var width = symbol.Width + (2 * symbol.QuietX);
        return string.Create(CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="{width * module:0.####}mm" height="{height * module:0.####}mm" viewBox="0 0 {width} {height:0.####}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{height:0.####}h-{width}z"/><path d="{Path(symbol, height)}"/></svg>""");
    }

    /// <summary>The dark modules as one path, in modules, with the quiet zone to the left and above.</summary>
    /// <param name="barHeight">The height of bars in modules.</param>
    public static string Path(Symbol symbol, decimal barHeight)
    {
        var path = new StringBuilder();
        var rowHeight = symbol.Height == 1 ? barHeight : 1;
        for (var y = 0; y < symbol.Height; y++)
        {
            foreach (var (x, length) in symbol.Runs(y))
            {
                path.Append(CultureInfo.InvariantCulture, $"M{x + symbol.QuietX} {y + symbol.QuietY}h{length}v{rowHeight:0.####}h-{length}z");
            }
        }

        return path.ToString();
    }
}
