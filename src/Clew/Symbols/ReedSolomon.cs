namespace Clew.Symbols;

/// <summary>Error correction over GF(256) with the polynomial 301 (ISO/IEC 16022:2006, 5.7.1 and annex E): the check words of a block are the remainder of its data by ∏(x − 2ⁱ).</summary>
internal static class ReedSolomon
{
    private const int Polynomial = 0x12D;

    private static readonly byte[] Powers = MakePowers();
    private static readonly byte[] Logarithms = MakeLogarithms();

    /// <summary>So many check words for these words of data.</summary>
    public static byte[] Checks(ReadOnlySpan<byte> data, int count)
    {
        var generator = Generator(count);
        var remainder = new byte[count];
        foreach (var word in data)
        {
            var lead = word ^ remainder[0];
            for (var i = 0; i < count - 1; i++)
            {
                remainder[i] = (byte)(remainder[i + 1] ^ Times(lead, generator[i]));
            }

            remainder[^1] = Times(lead, generator[^1]);
        }

        return remainder;
    }

    // The coefficients behind the leading 1, the highest power first.
    private static byte[] Generator(int count)
    {
        var product = new byte[count + 1];
        product[0] = 1;
        for (var root = 1; root <= count; root++)
        {
            for (var i = root; i > 0; i--)
            {
                product[i] ^= Times(product[i - 1], Powers[root]);
            }
        }

        return product[1..];
    }

    private static byte Times(int a, int b) => a == 0 || b == 0 ? (byte)0 : Powers[(Logarithms[a] + Logarithms[b]) % 255];

    private static byte[] MakePowers()
    {
        var powers = new byte[255];
        for (int i = 0, value = 1; i < 255; i++)
        {
            powers[i] = (byte)value;
            value <<= 1;
            value = value > 255 ? value ^ Polynomial : value;
        }

        return powers;
    }

    private static byte[] MakeLogarithms()
    {
        var logarithms = new byte[256];
        for (var i = 0; i < 255; i++)
        {
            logarithms[Powers[i]] = (byte)i;
        }

        return logarithms;
    }
}
