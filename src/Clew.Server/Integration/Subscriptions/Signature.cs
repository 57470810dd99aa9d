using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>
/// The header <c>GS1-Signature</c>: <c>t=1764082800,v1=…</c>, the moment of sending and HMAC-SHA-256 over the moment, a full stop and the
/// body. The moment is signed too, so that a delivery that somebody listened to cannot be played again later.
/// </summary>
public static class Signature
{
    /// <summary>The header.</summary>
    public const string Header = "GS1-Signature";

    /// <summary>The header's value for a body that is sent now.</summary>
    public static string Of(ReadOnlySpan<byte> secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},v1={Convert.ToHexStringLower(Hash(secret, seconds, body))}";
    }

    /// <summary>Whether the body was signed so, and not longer ago than that: what a receiver asks.</summary>
    public static bool IsGood(string header, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan ageMax)
    {
        var parts = header.Split(',');
        if (parts is not [['t', '=', .. var seconds], ['v', '1', '=', .. var hex]] || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || hex.Length != 64 || !hex.All(char.IsAsciiHexDigitLower) || (now - DateTimeOffset.FromUnixTimeSeconds(at)).Duration() > ageMax)
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Hash(secret, seconds, body), Convert.FromHexString(hex));
    }

    private static byte[] Hash(ReadOnlySpan<byte> secret, string seconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(seconds + "."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
