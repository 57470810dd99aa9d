using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Clew.Labels;

namespace Clew.Tests.Symbols;

/// <summary>
/// What lies on the table after a printer has taken our ZPL: its graphic fields, drawn by the manual's rules (ZPL II, ^FO, ^GF with
/// ASCII data, where a colon repeats the line before), as a picture for decoders. Text is left white.
/// </summary>
public static partial class PaperOf
{
    // A symbol in the corner of a picture has no quiet zone; paper goes on beyond it.
    private const int Around = 60;

    /// <summary>A whole label.</summary>
    public static byte[] Label(Label label, int dotsPerMm) => Fields(label.ToZpl(dotsPerMm, "0"));

    /// <summary>The graphic fields of this ZPL, as PNG.</summary>
    public static byte[] Fields(string zpl)
    {
        var dark = new HashSet<(int X, int Y)>();
        var graphics = Graphic().Matches(zpl);
        graphics.Count.ShouldBeGreaterThan(0, zpl);
        foreach (Match graphic in graphics)
        {
            int Number(string name) => int.Parse(graphic.Groups[name].Value, CultureInfo.InvariantCulture);
            var (left, top, total, stride) = (Number("x"), Number("y"), Number("total"), Number("stride"));
            Number("again").ShouldBe(total);
            var bytes = new List<byte>();
            var data = graphic.Groups["data"].Value;
            for (var at = 0; at < data.Length;)
            {
                if (data[at] == ':')
                {
                    bytes.AddRange(bytes[^stride..]);
                    at++;
                }
                else
                {
                    bytes.Add(Convert.ToByte(data.Substring(at, 2), 16));
                    at += 2;
                }
            }

            bytes.Count.ShouldBe(total);
            for (var i = 0; i < bytes.Count * 8; i++)
            {
                if ((bytes[i / 8] & (0x80 >> (i % 8))) != 0)
                {
                    dark.Add((left + Around + (i % (stride * 8)), top + Around + (i / (stride * 8))));
                }
            }
        }

        return Picture(dark.Max(d => d.X) + Around, dark.Max(d => d.Y) + Around, dark);
    }

    // Grey of eight bits, written here once more: our own writer of pictures is what is tested elsewhere.
    private static byte[] Picture(int width, int height, HashSet<(int X, int Y)> dark)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                for (var x = 0; x < width; x++)
                {
                    zlib.WriteByte(dark.Contains((x, y)) ? (byte)0 : (byte)255);
                }
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        foreach (var (type, data) in ((string, byte[])[])[("IHDR", header), ("IDAT", packed.ToArray()), ("IEND", [])])
        {
            byte[] chunk = [.. Encoding.ASCII.GetBytes(type), .. data];
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
            var crc = chunk.Aggregate(uint.MaxValue, (sum, b) => Enumerable.Range(0, 8).Aggregate(sum ^ b, (c, _) => (c & 1) == 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1));
            var check = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(check, ~crc);
            png.Write([.. length, .. chunk, .. check]);
        }

        return png.ToArray();
    }

    [GeneratedRegex(@"\^FO(?<x>\d+),(?<y>\d+)\^GFA,(?<total>\d+),(?<again>\d+),(?<stride>\d+),(?<data>[0-9A-F:]+)\^FS", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Graphic();
}
