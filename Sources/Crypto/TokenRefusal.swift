/// Every way in which a token (a JWT) is not accepted; a client learns none of them.
package enum TokenRefusal: Error, Equatable {
    case tooLong
    case wrongNumberOfParts
    case notBase64URL
    case malformedHeader
    case repeatedMember(String)
    case missingHeaderMember(String)
    case criticalHeader
    case wrongType
    case unknownKey
    case wrongAlgorithm
    case falseSignature
    case malformedClaims
    case missingExpiry
    case expired
    case notYetValid
    case wrongIssuer
    case wrongAudience
}
