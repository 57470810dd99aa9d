using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Security.Certificates;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.X509;

namespace Clew.Verify;

/// <summary>What an authority of time said of a checkpoint (RFC 3161).</summary>
/// <param name="By">The name in its certificate.</param>
/// <param name="IsTrusted">Its certificate is one that you gave, or is signed by one.</param>
public sealed record Stamped(string By, DateTimeOffset At, bool IsTrusted);

/// <summary>Checks tokens of authorities of time.</summary>
public static class Timestamp
{
    /// <summary>Reads certificates, as PEM or DER.</summary>
    public static List<X509Certificate> Certificates(byte[] file) => [.. new X509CertificateParser().ReadCertificates(file)];

    /// <summary>Checks a token over this text: its imprint, its signature, and that its certificate is one for stamps.</summary>
    /// <returns>What it says; or nothing and why.</returns>
    public static (Stamped? Stamped, string Why) Check(byte[] token, string text, IReadOnlyList<X509Certificate> trusted)
    {
        try
        {
            var read = new TimeStampToken(new CmsSignedData(token));
            var info = read.TimeStampInfo;
            if (info.MessageImprintAlgOid != TspAlgorithms.Sha256 || !CryptographicOperations.FixedTimeEquals(info.GetMessageImprintDigest(), SHA256.HashData(Encoding.UTF8.GetBytes(text))))
            {
                return (null, "it is about another text");
            }

            // Its own may lie in it; where it does not, one of those that were given may be it.
            var signer = read.GetCertificates().EnumerateMatches(read.SignerID).Concat(trusted.Where(read.SignerID.Match)).FirstOrDefault();
            if (signer is null)
            {
                return (null, "the certificate of its signer is missing");
            }

            read.Validate(signer);
            return (new Stamped(signer.SubjectDN.ToString(), new DateTimeOffset(DateTime.SpecifyKind(info.GenTime, DateTimeKind.Utc)), trusted.Any(t => t.Equals(signer) || IsSignedBy(signer, t))), "");
        }
        catch (Exception e) when (e is TspException or CmsException or IOException or GeneralSecurityException or ArgumentException or InvalidCastException)
        {
            return (null, e.Message);
        }
    }

    private static bool IsSignedBy(X509Certificate certificate, X509Certificate issuer)
    {
        try
        {
            if (!certificate.IssuerDN.Equivalent(issuer.SubjectDN))
            {
                return false;
            }

            certificate.Verify(issuer.GetPublicKey());
            return true;
        }
        catch (GeneralSecurityException)
        {
            return false;
        }
    }
}
