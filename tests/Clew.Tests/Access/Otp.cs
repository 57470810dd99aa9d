using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Clew.Tests.Access;

/// <summary>An authenticator app (RFC 6238: SHA-1, thirty seconds, six digits), written from the standard alone.</summary>
public static class Otp
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The code that a phone shows now, or some steps of thirty seconds later.</summary>
    public static string Code(string key, int steps = 0) => Code(Secret(key), (DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30) + steps);

    internal static string Code(byte[] secret, long step)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The standard's, and what every app has.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    private static byte[] Secret(string key)
    {
        var (bits, length) = (0, 0);
        var bytes = new List<byte>();
        foreach (var letter in key.Where(c => c != ' '))
        {
            (bits, length) = ((bits << 5) | Base32.IndexOf(letter, StringComparison.Ordinal), length + 5);
            if (length >= 8)
            {
                length -= 8;
                bytes.Add((byte)(bits >> length));
                bits &= (1 << length) - 1;
            }
        }

        return [.. bytes];
    }
}
