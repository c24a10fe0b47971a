/// Keys in PEM, from standards or made once to be refused.
enum KeySamples {
    /// RFC 7638, 3.1.
    static let thumbprintExample = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0vx7agoebGcQSuuPiLJX
        ZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tS
        oc/BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ/2W+5JsGY4Hc5n9yBXArwl93lqt
        7/RN5w6Cf0h4QyQ5v+65YGjQR0/FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0
        zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt+bFTWhAI4vMQFh6WeZu0f
        M4lFd2NcRwr3XPksINHaQ+G/xBniIqbw0Ls1jF44+csFCur+kEgU8awapJzKnqDK
        gwIDAQAB
        -----END PUBLIC KEY-----
        """

    /// RFC 7515, A.2.
    static let signatureExample = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
        NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
        P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
        9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
        EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
        FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
        oQIDAQAB
        -----END PUBLIC KEY-----
        """

    /// Not RSA.
    static let ed25519 = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAaKbHY60/sgNd398dzQus+Z+Mmg6FMukjqj9p1BNHlW4=
        -----END PUBLIC KEY-----
        """

    /// Too short.
    static let rsa1024 = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDd47TEFvXTCprJ9rtUXWxiX9H7
        5BOT9B/Wj78/zPUV1hP2DbHavM/+jM04AyN2wYtRaGINlJjo0c95ZFsR7Jjhbp7F
        FO1zfIE0iC+xmVRz43h2cbDYJkby6HNH8Ea9FjP1tOirstAc60d4yVZtSgVmm9Qn
        P/irSM7YFNlCojstdQIDAQAB
        -----END PUBLIC KEY-----
        """

    /// With a passphrase.
    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIhRRdCPprfKACAggA
        MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAECBBAvO2KC37Lulk4dTqdl61yyBIIE
        0M7kTB7P7Wz/9jLWfG+Mz5XFc5TCEgzkC3vTrNl6UwIrSmYCY3ZaZchxFlUzleVt
        /uxWfC3Mh29VHsyPxl8tamWZmSRnShcuIMTA7y3fwdlo0Ejk12g5WiM1H67U5Afd
        g+Fb++/6FHXlDXoKygnJiTyVVnnnlns/pX8/TsOBQB19A+XzgquaJ7Uyis3JHxDZ
        9xPA9WulhmBfy1OFUxqC2woJuWPFAE8dbkIdoA8+mIngWKU6waYhpGG94estvLWL
        75m/b+lMzMH7iccXWBEoGaNaOZ1VB+lP9G//OEFQ/io1rgEUlMToWgBLKeWo7T6s
        SaNgxREb8BQyTsWlpTmTKnE8Eo5NfSHLe8V3/ay2LD+7biS/AqYGpZyC14d6KaFJ
        A7ZGfYJz5BeAIzX/4Z+S3RN8yQ7Lfu4fImmUaFOk42b1jrBC+5cn/pmgzdKA1GQg
        BvgmH2kV55R4pNUPPeDW/9m7lb2CEsFsrc/AtOPgLA0UOQ7UCLzaXB1UbsQhTMED
        6+AxyNNU+xV37NQY7gJt3wnDqXLfShAbkiijtwcoMR7HKKaeJ862xsCvUDDTHfLG
        90Li4jnstpmWJUd/fUETpnTEfG67DHAT0ScA04OCdAp2sBP/E0GAAaf2KFNbAQpK
        xNXvV7UEAy6kKlBOiOoCzKMbjM5yjpzZD1+3SESxjve9TsW6H/ZgkyyZDjgrz1F2
        oXL8TP4ECpqKgDLGvTZLnSEBz7dD1Ji4MunPhWG1dPcXHKY+VP6aPCvLViOhUs9d
        l+VHb5zrOiTsQ3seGml8ZQ4k3amNNI8lYkX7cVPgwNF697VZttcLdGqcKjW75beK
        hCiH80B5umsHRy+yLF05c5VjKrHfKkdLvTpyJWwqMaxR9toi3I2dOsakgsIJYDU3
        YQmjTe+Alyzcz/npr9E+AWSHcnfUdYI42mfQMOj0eidTBgkd80wD3e3V+3tlOXpz
        Vsd7Ul2oHuu1L/FD2VxXj1caxsXvlhSYksgpPdtmzLbnchV2k4PhNMGrMMFIuCTJ
        iyeXechquuhbo75tF+ULy3bx3Gh3qFyoYh62FvgDg9N2QZ1G55I7pte99IICyFMR
        1Zx4gexfV1mlCbQsEgH9twMQgaxgTnPoTHHw1kBZ63j+rzXpgchIl/wDNW6QXBbR
        ++ouuUcupmZf2y1wD8DFbgiPuiBRSUCbDCcLQWfLmfAtFftg1OmP9l+yPCP4Mmwo
        gN9lExvZAOHuErFcmS9Yu74KWDtP/YHveTmatVX5w6lt2YsT3Iw5EQkPHca+PPiH
        kDv3tmzIQ9EPx0weO5UOv0JxBqueZYT+Ja2eM6ei+3jpVkD/+ljP74ziNWpKFj70
        kbY1cVbpWSXSY/RxHH16NMh1/mRO7ksLdbK4u6urS0RgR0QjtvyOGuWEipimUK3F
        yIU3bd0zHt9ZO1SK5ED5O1qQF17FjP5quOfYhV26fclXAgukfNzRNJ+XXObn6JxL
        sF9o+gioFX+BqD9RpbW9vcP+xAFuXFBV4wNuwA49xmbeQ/h1LpcezLTTnP8QHipz
        /fglDFTCfPEUiUPm8R6C4U9fj9ASQItnHI6LN6IBqVx/x3G0lNv8mB+IiKl0SIUM
        tY0Yx6BGPqaPDqjOAXD/SapdvWq+VAfC5l6Z+qlq4sMx
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
