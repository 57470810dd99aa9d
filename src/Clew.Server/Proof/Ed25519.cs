using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Curve = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Clew.Server.Proof;

/// <summary>Ed25519 (RFC 8032), which the runtime does not have: Bouncy Castle's.</summary>
public static class Ed25519
{
    /// <summary>Bytes of a seed, from which the private key follows.</summary>
    public const int SeedLength = 32;

    /// <summary>Whether this is the key's signature under the message. Total.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == Curve.PublicKeySize && signature.Length == Curve.SignatureSize
        && Curve.ValidatePublicKeyFull(publicKey)
        && Curve.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length);

    /// <summary>The key's signature under the message.</summary>
    public static byte[] Sign(byte[] seed, ReadOnlySpan<byte> message)
    {
        var signature = new byte[Curve.SignatureSize];
        Curve.Sign(seed, 0, message.ToArray(), 0, message.Length, signature, 0);
        return signature;
    }

    /// <summary>The public half of a key.</summary>
    public static byte[] PublicKey(byte[] seed) => new Ed25519PrivateKeyParameters(seed).GeneratePublicKey().GetEncoded();
}
