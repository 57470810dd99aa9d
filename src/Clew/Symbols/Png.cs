using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Clew.Symbols;

/// <summary>Symbols as PNG (ISO/IEC 15948): one bit a pixel, every module the same whole number of pixels, the quiet zone inside.</summary>
public static class Png
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) == 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1))];

    /// <summary>The picture.</summary>
    /// <param name="pixels">Pixels of a module.</param>
    /// <param name="barHeight">Pixels from the top of a bar to its foot.</param>
    public static byte[] Of(Symbol symbol, int pixels, int barHeight = 60)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels, 1);
        var width = (symbol.Width + (2 * symbol.QuietX)) * pixels;
        var height = symbol.Height == 1 ? barHeight : (symbol.Height + (2 * symbol.QuietY)) * pixels;

        // Each line begins with its filter, none; 1 is white.
        var stride = 1 + ((width + 7) / 8);
        var lines = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            var line = lines.AsSpan(y * stride, stride);
            line[1..].Fill(0xFF);
            var row = symbol.Height == 1 ? 0 : (y / pixels) - symbol.QuietY;
            if (row < 0 || row >= symbol.Height)
            {
                continue;
            }

            foreach (var (x, length) in symbol.Runs(row))
            {
                for (var at = (x + symbol.QuietX) * pixels; at < (x + length + symbol.QuietX) * pixels; at++)
                {
                    line[1 + (at / 8)] &= (byte)(0xFF ^ (0x80 >> (at % 8)));
                }
            }
        }

        var png = new MemoryStream();
        png.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1; // One bit of grey; compression, filter and interlace are 0.
        Chunk(png, "IHDR", header);
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(lines);
        }

        Chunk(png, "IDAT", packed.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        var crc = uint.MaxValue;
        foreach (var b in chunk.AsSpan(4, data.Length + 4))
        {
            crc = CrcTable[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), ~crc);
        png.Write(chunk);
    }
}
