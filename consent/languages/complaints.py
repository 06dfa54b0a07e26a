"""By language: what callers say who complain, go to law, or ask for their rights. Folded; drafts, read by no lawyer."""

from collections.abc import Mapping
from typing import Final

COMPLAINT: Final[Mapping[str, str]] = {
    "en": (
        r"(?:make|file|lodge|raise|register) (?:an? )?(?:formal |official )?complaint"
        r"|(?:want|wish|going|like) to complain|i am complaining|im complaining"
        r"|(?:going to|will|ll) sue (?:you|your)|(?:my|our) (?:lawyer|attorney|solicitor)|see you in court"
        r"|legal action"
        r"|(?:the |an? )?ombuds\w+|(?:report|complain|go) (?:you |this )?to the (?:regulator|authorities|commission"
        r"|consumer protection|attorney general)"
        r"|(?:delete|erase) (?:all )?(?:of )?my (?:personal )?(?:data|information)|data protection officer"
        r"|(?:a )?copy of (?:all )?my (?:personal )?data|what (?:personal )?data (?:do )?you (?:have|hold|keep)"
        r"|data breach|my (?:data|details|information) (?:was|were|has been|have been|got) (?:leaked|stolen|hacked)"
    ),
    "de": (
        r"mich beschweren|beschwere mich|beschwerde (?:einlegen|einreichen|machen)|offizielle beschwerde"
        r"|(?:sie )?verklagen|mein(?:e|en|em)? (?:anwalt|anwaltin|rechtsanwalt)|vor gericht|rechtliche schritte"
        r"|ombuds\w+|(?:der|die|zur) (?:aufsichtsbehorde|bafin|bundesnetzagentur|verbraucherzentrale)"
        r"|meine (?:personlichen )?daten (?:loschen|geloscht)|auskunft uber meine daten|welche daten haben sie"
        r"|datenschutzbeauftragte\w*|datenpanne|datenleck|meine daten (?:wurden|sind) (?:gestohlen|gehackt)"
    ),
    "es": (
        r"(?:poner|presentar|hacer) una (?:queja|reclamacion|denuncia)|quiero quejarme|quiero reclamar"
        r"|(?:voy a|los voy a) demandar\w*|mi abogad[oa]|acciones legales|nos vemos en (?:el juzgado|los tribunales)"
        r"|defensor del (?:cliente|consumidor)|borr\w+ (?:todos )?mis datos|eliminar mis datos"
        r"|que datos (?:tienen|tiene) (?:de mi|sobre mi)|copia de mis datos|proteccion de datos"
        r"|(?:han )?(?:robado|filtrado) mis datos"
    ),
    "fr": (
        r"(?:deposer|faire|porter) (?:une )?(?:plainte|reclamation)|je veux me plaindre"
        r"|vous poursuivre|mon avocate?|au tribunal|en justice|le mediateur"
        r"|supprim\w+ (?:toutes )?mes donnees|effac\w+ mes donnees|quelles donnees avez vous|copie de mes donnees"
        r"|delegue a la protection des donnees|fuite de donnees|mes donnees ont ete (?:volees|piratees)"
    ),
    "it": (
        r"(?:fare|presentare|sporgere) (?:un )?(?:reclamo|denuncia)|voglio lamentarmi|il mio avvocato"
        r"|vi (?:denuncio|faccio causa)|azioni legali|in tribunale|il garante"
        r"|cancell\w+ i miei dati|quali dati avete|copia dei miei dati|i miei dati sono stati (?:rubati|violati)"
    ),
    "pt": (
        r"(?:fazer|apresentar|registar|registrar) uma (?:queixa|reclamacao|denuncia)|quero reclamar|quero me queixar"
        r"|vou processar|(?:o )?(?:meu|minha) advogad[oa]|acao judicial|em tribunal|o provedor"
        r"|apagar (?:todos )?os meus dados|que dados (?:voces )?tem|copia dos meus dados"
        r"|os meus dados foram (?:roubados|vazados)|fuga de dados|vazamento de dados"
    ),
    "nl": (
        r"(?:een )?klacht (?:indienen|maken)|wil (?:ik )?klagen|mijn (?:advocaat|jurist)|aanklagen|naar de rechter"
        r"|juridische stappen|de ombudsman|mijn gegevens (?:verwijderen|wissen|laten verwijderen)"
        r"|welke gegevens (?:heeft u|hebben jullie)|kopie van mijn gegevens|datalek"
        r"|mijn gegevens zijn (?:gestolen|gehackt|gelekt)"
    ),
    "pl": (
        r"(?:zlozyc|zglosic) (?:skarge|reklamacje|zazalenie)|chce sie poskarzyc|pozwe (?:was|panstwa)"
        r"|moj (?:adwokat|prawnik)"
        r"|do sadu|kroki prawne|rzecznik\w*|usun\w+ moje dane|jakie dane (?:macie|posiadacie)|kopie moich danych"
        r"|wyciek danych|moje dane (?:zostaly )?(?:wykradzione|skradzione)"
    ),
}
