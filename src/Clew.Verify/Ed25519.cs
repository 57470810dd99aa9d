using Curve = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Clew.Verify;

/// <summary>Ed25519 (RFC 8032), which the runtime does not have: Bouncy Castle's.</summary>
public static class Ed25519
{
    /// <summary>Whether this is the key's signature under the message. Total.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == Curve.PublicKeySize && signature.Length == Curve.SignatureSize
        && Curve.ValidatePublicKeyFull(publicKey)
        && Curve.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length);
}
