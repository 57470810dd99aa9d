using System.Globalization;
using System.Text;

namespace Clew.Simulation;

/// <summary>A one-page PDF of a few lines: enough that a certificate is a file that opens, with bytes of its own.</summary>
public static class Pdf
{
    /// <summary>The file.</summary>
    /// <param name="lines">ASCII; the first is the heading.</param>
    public static byte[] Of(params string[] lines)
    {
        var text = new StringBuilder("BT /F1 18 Tf 72 770 Td 26 TL ");
        for (var i = 0; i < lines.Length; i++)
        {
            text.Append(i == 1 ? "/F1 11 Tf 18 TL " : "").Append('(').Append(lines[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("(", "\\(", StringComparison.Ordinal).Replace(")", "\\)", StringComparison.Ordinal)).Append(") Tj T* ");
        }

        text.Append("ET");
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            string.Create(CultureInfo.InvariantCulture, $"<</Length {text.Length}>>stream\n{text}\nendstream"),
        ];
        var file = new StringBuilder("%PDF-1.4\n");
        var starts = new List<int>();
        for (var i = 0; i < objects.Length; i++)
        {
            starts.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj{objects[i]}endobj\n");
        }

        var table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        starts.ForEach(start => file.Append(CultureInfo.InvariantCulture, $"{start:0000000000} 00000 n \n"));
        file.Append(CultureInfo.InvariantCulture, $"trailer<</Size {objects.Length + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }
}
